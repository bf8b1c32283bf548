import { openingHours, romanNumerals } from "./opening-hours.ts";
import type { ReadingRule } from "./rule.ts";
import { units } from "./units.ts";
import {
  date,
  decade,
  digitByDigit,
  monthNumber,
  months,
  sum,
  timeOfDay,
  yearWords,
} from "./wording.ts";

const number = String.raw`\d{1,3}(?:,\d{3})+|\d+`;
const month = months
  .map((name) => `${name}|${name.slice(0, 3)}`)
  .join("|")
  .concat("|Sept");
const unit = Object.keys(units)
  .sort((a, b) => b.length - a.length)
  .join("|");
const scale = "thousand|million|billion|[kKmM]|bn";
const code = "EUR|USD|GBP|CNY|RMB|JPY|CHF";
const unbrokenPhone = String.raw`\+\d{8,14}|0\d{8,12}`;
const areaCode = String.raw`(?:\+\d{1,3}[\s.-]?|1-)?(?:\(\d{1,4}\)[\s.-]?)?`;
const groupedPhone = String.raw`${areaCode}\d{2,4}(?:[\s.-]\d{2,4}){1,4}`;
const half = String.raw`(?:\s?([ap])\.?m(?:\.(?!\s*$)|\b))?`;

const abbreviations: Readonly<Record<string, string>> = {
  "dr.": "Doctor",
  "mr.": "Mister",
  "mrs.": "Missus",
  "ms.": "Miz",
  "prof.": "Professor",
  "st.": "Street",
  "ave.": "Avenue",
  "rd.": "Road",
  "blvd.": "Boulevard",
  "vs.": "versus",
  "etc.": "et cetera",
  "approx.": "approximately",
  "e.g.": "for example",
  "i.e.": "that is",
};

const fractions: Readonly<Record<string, string>> = {
  "1/2": "one half",
  "1/3": "one third",
  "2/3": "two thirds",
  "1/4": "one quarter",
  "3/4": "three quarters",
};

const ranges: readonly ReadingRule[] = [
  {
    pattern: /(?<!\w)(\d+)\s?ft\.?\s(\d+)\s?in\b/gu,
    say: ([, feet, inches]) => `${feet} foot ${inches}`,
  },
  { pattern: /(?<=\d)\s1\/2(?![\d/])/gu, say: () => " and a half" },
  {
    pattern: /(?<=\d)\s([13])\/4(?![\d/])/gu,
    say: ([, part]) => (part === "1" ? " and a quarter" : " and three quarters"),
  },
  { pattern: /(?<=\d|[ap]\.?m\.?)\s?[–—]\s?(?=\d)/giu, say: () => " to " },
  { pattern: /(?<=:\d\d(?:\s?[ap]\.?m\.?)?)\s?-\s?(?=\d\d?:\d\d)/giu, say: () => " to " },
  {
    pattern: /(?<=(?<![\p{L}\d\-/.:])\d{1,3})\s?-\s?(?=\d{1,3}(?![\d\-/.:]))/gu,
    say: () => " to ",
  },
  { pattern: /(?<![\p{L}\d)\]])[-−](?=\d)/gu, say: () => "minus " },
];

const money: readonly ReadingRule[] = [
  {
    pattern: rule(`([$£€¥])\\s?(${number})(?:\\.(\\d\\d?)(?!\\d))?(?:\\s?(${scale})\\b)?`),
    say: ([, sign = "", whole = "", cents, many]) => sum(sign, whole, cents, many),
  },
  {
    pattern: rule(`(?<![\\d.])(${number})(?:\\.(\\d\\d))?\\s?(€|${code})(?!\\p{L})`),
    say: ([, whole = "", cents, sign = ""]) => sum(sign, whole, cents),
  },
  {
    pattern: rule(`\\b(${code})\\s?(${number})(?:\\.(\\d\\d))?\\b`),
    say: ([, sign = "", whole = "", cents]) => sum(sign, whole, cents),
  },
];

const datesAndTimes: readonly ReadingRule[] = [
  { pattern: /\b(\d{4})-(\d\d)-(\d\d)\b/gu, say: ([, year, month, day]) => date(year, month, day) },
  {
    pattern: /\b(\d{4})\/(\d\d?)\/(\d\d?)\b/gu,
    say: ([, year, month, day]) => date(year, month, day),
  },
  {
    pattern: /\b(\d\d?)\/(\d\d?)\/(\d{4})\b/gu,
    say: ([, first, second, year], lang) =>
      Number(first) > 12 || !/^en(?:[-_]us)?$/iu.test(lang)
        ? date(year, second, first)
        : date(year, first, second),
  },
  {
    pattern: rule(`\\b(${month})\\.?\\s(\\d\\d?)(?:st|nd|rd|th)?(?:,?\\s(\\d{4}))?\\b(?![:\\d])`),
    say: ([, name = "", day, year]) => date(year, monthNumber(name), day),
  },
  {
    pattern: rule(`\\b(\\d\\d?)(?:st|nd|rd|th)?\\s(${month})\\b(?:,?\\s(\\d{4}))?`),
    say: ([, day, name = "", year]) => date(year, monthNumber(name), day),
  },
  {
    pattern: rule(`\\b(${months.join("|")}),?\\s(1[1-9]\\d\\d|20\\d\\d)\\b`),
    say: ([, name, year = ""]) => `${name} ${yearWords(year)}`,
  },
  { pattern: /(?<!\w)['’]([2-9])0s\b/gu, say: ([, tens = ""]) => decade("", tens)?.trim() },
  {
    pattern:
      /\b(in|since|until|till|year|during|before|after|©)\s(1[1-9]\d\d|20\d\d)\b(?![.,:]\d)/giu,
    say: ([, word, year = ""]) => `${word} ${yearWords(year)}`,
  },
  {
    pattern: /\b(1[1-9]|20)(\d)0s\b/gu,
    say: ([, century = "", tens = ""]) => decade(century, tens),
  },
  {
    pattern: rule(`(?<![\\d:])([01]?\\d|2[0-4]):([0-5]\\d)(?![\\d:])${half}`, "giu"),
    say: ([, hour, minute = "", which]) => timeOfDay(Number(hour), minute, which),
  },
];

const numbers: readonly ReadingRule[] = [
  {
    pattern: rule(`(?<![\\p{L}\\d.,])(?:${unbrokenPhone}|${groupedPhone})(?![\\p{L}\\d])`),
    say: ([text]) => (isPhone(text) ? digitByDigit(text) : undefined),
  },
  {
    pattern: rule(`(?<![\\p{L}\\d.])(${number})(\\.\\d+)?\\s?(${unit})(?![\\p{L}\\d/])`),
    say: ([, whole = "", rest = "", sign = ""]) => {
      const [one = sign, many = sign] = units[sign] ?? [];
      return `${whole}${rest} ${whole === "1" && rest === "" ? one : many}`;
    },
  },
  { pattern: /\b\d+(?:\.\d+){2,}\b/gu, say: ([dotted]) => dotted.replaceAll(".", " dot ") },
  { pattern: /(?<![\d/])[123]\/[234](?![\d/])/gu, say: ([fraction]) => fractions[fraction] },
  { pattern: /\b24\/7\b/gu, say: () => "24 7" },
  {
    pattern: /(?<!\w)([4-7])['’](\d\d?)["”]/gu,
    say: ([, feet, inches]) => `${feet} foot ${inches}`,
  },
  { pattern: /(?<![\w.])~(?=\d)/gu, say: () => "about " },
];

const shortForms: readonly ReadingRule[] = [
  { pattern: /(?:\b[Nn]o\.|(?<!\w)#)\s?(?=\d)/gu, say: () => "number " },
  { pattern: /\bp\.\s?(?=\d)/gu, say: () => "page " },
  { pattern: /\bpp\.\s?(?=\d)/gu, say: () => "pages " },
  { pattern: /\bapprox\.(?=\s?\d)/gu, say: () => "approximately" },
  { pattern: /\bw\/(?=\s\p{L})/gu, say: () => "with" },
  { pattern: /\betc\.(?=\s*$)/gu, say: () => "et cetera." },
  { pattern: /\bvs\.?(?=\s\p{L})/gu, say: () => "versus" },
  {
    pattern: /(?<=\d(?:st|nd|rd|th)\s)(St|Ave|Rd|Blvd)\b(?!\.)/gu,
    say: ([short]) => abbreviations[`${short.toLowerCase()}.`],
  },
  { pattern: /\bSt\.(?=\s\p{Lu})/gu, say: () => "Saint" },
  {
    pattern: /\b(?:St|Ave|Rd|Blvd)(?=\.\s*$)/gu,
    say: ([short]) => abbreviations[`${short.toLowerCase()}.`],
  },
  {
    pattern:
      /\b(?:Dr|Mr|Mrs|Ms|Prof|St|Ave|Rd|Blvd|vs|etc|approx|[Ee]\.g|[Ii]\.e)\.(?=\s+\p{L}|,)/gu,
    say: ([short]) => abbreviations[short.toLowerCase()],
  },
];

/** English as espeak-ng does not read it by itself; the special comes before the general. */
export const englishRules: readonly ReadingRule[] = [
  ...openingHours,
  ...romanNumerals,
  ...ranges,
  ...money,
  ...datesAndTimes,
  ...numbers,
  ...shortForms,
];

function rule(pattern: string, flags = "gu"): RegExp {
  return new RegExp(pattern, flags);
}

function isPhone(text: string): boolean {
  const digits = text.replaceAll(/\D/gu, "").length;
  const isMarked = /^[+(0]|-|^\d{3}\.\d{3}\.\d{4}$/u.test(text);
  return digits >= 7 && digits <= 15 && isMarked;
}
