/** A text and what is asked of its language and voice. */
interface Asked {
  readonly text: string;
  readonly voice?: string | undefined;
  readonly lang?: string | undefined;
}

/**
 * The language a text is to be read in, as a BCP 47 tag: the one asked for, unless the text is
 * written in a script which that language does not use, e.g. Chinese on a kiosk set to English. A
 * voice asked for by name always keeps its own.
 */
export function languageOf({ text, voice, lang }: Asked, fallback: string): string {
  if (voice !== undefined) return lang ?? voice.split("+")[0] ?? fallback;
  const wanted = lang ?? fallback;
  const [language = ""] = wanted.toLowerCase().split(/[-_]/u);
  const foreign = scripts.find(({ letters, share }) => shareOf(text, letters) > share);
  return foreign && !foreign.languages.includes(language) ? foreign.lang : wanted;
}

/**
 * Scripts that tell a language, and how much of a text must be in them: a sign is a syllable,
 * foreign names between them have many letters. Kana come before Han, which Japanese mixes in.
 */
const scripts = [
  {
    letters: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
    share: 0.2,
    languages: ["ja"],
    lang: "ja",
  },
  { letters: /\p{Script=Hangul}/gu, share: 0.3, languages: ["ko"], lang: "ko" },
  {
    letters: /\p{Script=Han}/gu,
    share: 0.3,
    languages: ["zh", "cmn", "yue", "hak", "ja", "ko"],
    lang: "cmn",
  },
];

/** The part of a text's letters that belong to a script, 0 to 1. */
function shareOf(text: string, letters: RegExp): number {
  const all = text.match(/\p{L}/gu)?.length ?? 0;
  return all === 0 ? 0 : (text.match(letters)?.length ?? 0) / all;
}
