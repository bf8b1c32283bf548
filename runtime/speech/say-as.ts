import type { SayAs } from "../job/ssml-elements.ts";
import { phone } from "./numerals.ts";
import { digitByDigit } from "./wording.ts";

/**
 * How `say-as` wants a text said; undefined where the rules of the language read it so by
 * themselves. `lang` is a BCP 47 tag, English when it is left open.
 */
export function saidAs(as: SayAs, text: string, lang = "en"): string | undefined {
  const [language = "en"] = lang.toLowerCase().split(/[-_]/u);
  const isChinese = ["zh", "cmn", "yue"].includes(language);
  switch (as) {
    case "characters":
      return characters(text);
    case "digits":
      return isChinese ? phone(text.replaceAll(/\D/gu, "")) : spaced(text, /\d/gu);
    case "telephone":
      return isChinese ? phone(text) : telephone(text, language);
    case "ordinal":
      return ordinal(text.trim(), language);
    default:
      return undefined;
  }
}

/** Letter by letter: capitals behind commas, so that an `a` is no article. */
function characters(text: string): string {
  return [...text.toUpperCase()].filter((sign) => sign.trim() !== "").join(", ");
}

function spaced(text: string, signs: RegExp): string {
  return (text.match(signs) ?? []).join(" ");
}

function telephone(text: string, language: string): string {
  if (language === "en") return digitByDigit(text);
  const groups = (text.match(/\d+/gu) ?? []).map((group) => [...group].join(" "));
  return `${text.trimStart().startsWith("+") ? "+ " : ""}${groups.join(", ")}`;
}

const ordinals: Readonly<Record<string, (number: string) => string>> = {
  en: (number) => `${number}${englishSuffix(Number(number))}`,
  de: (number) => `${number}.`,
  fr: (number) => (number === "1" ? "1er" : `${number}e`),
  es: (number) => `${number}.º`,
  pt: (number) => `${number}º`,
  ja: (number) => `${number}番目`,
  zh: (number) => `第${number}`,
  cmn: (number) => `第${number}`,
};

function ordinal(text: string, language: string): string | undefined {
  const number = /^\d{1,9}/u.exec(text)?.[0];
  return number === undefined ? undefined : ordinals[language]?.(number);
}

function englishSuffix(number: number): string {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return (isTeen ? undefined : ["st", "nd", "rd"][(number % 10) - 1]) ?? "th";
}
