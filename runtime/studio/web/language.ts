import english from "./words/en.json" with { type: "json" };
import chinese from "./words/zh.json" with { type: "json" };

export const languages = ["en", "zh"] as const;

export type Language = (typeof languages)[number];

/** A text of the dictionary, by its name in `words/en.json`. */
export type Word = keyof typeof english;

export type Fills = Readonly<Record<string, string | number>>;

/** The dictionary of one language: `{name}` in a text stands for a fill of that name. */
export interface Words {
  readonly language: Language;
  (word: Word, fills?: Fills): string;
  /** The text of a name made at run time, as of a state; the name itself where there is none. */
  of(name: string, fills?: Fills): string;
}

const dictionaries: Readonly<Record<Language, Readonly<Record<Word, string>>>> = {
  en: english,
  zh: chinese,
};

export function wordsOf(language: Language): Words {
  const dictionary: Readonly<Record<string, string>> = dictionaries[language];
  const of = (name: string, fills: Fills = {}): string => {
    const text = dictionary[name];
    if (text === undefined) return name;
    return text.replace(/\{(\w+)\}/g, (whole, fill: string) => String(fills[fill] ?? whole));
  };
  return Object.assign((word: Word, fills?: Fills) => of(word, fills), { language, of });
}

/**
 * The language to answer in: the chosen one, else the first of `Accept-Language` that is ours
 * (RFC 9110, 12.5.4), else English.
 */
export function languageOf(chosen: string | undefined, accepted: string | undefined): Language {
  if (isLanguage(chosen)) return chosen;
  const ranges = (accepted ?? "").split(",").slice(0, 20).map(parseRange);
  const wanted = ranges.sort((a, b) => b.weight - a.weight).filter(({ weight }) => weight > 0);
  return wanted.map(({ tag }) => tag).find(isLanguage) ?? "en";
}

export function isLanguage(tag: string | undefined): tag is Language {
  return languages.some((language) => language === tag);
}

function parseRange(range: string): { tag: string; weight: number } {
  const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  const primary = tag.toLowerCase().split("-")[0] ?? "";
  return { tag: primary, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
}
