import type { ReadingRule } from "./rule.ts";

const days: Readonly<Record<string, string>> = {
  Mon: "Monday",
  Tue: "Tuesday",
  Tues: "Tuesday",
  Wed: "Wednesday",
  Thu: "Thursday",
  Thur: "Thursday",
  Thurs: "Thursday",
  Fri: "Friday",
  Sat: "Saturday",
  Sun: "Sunday",
};
const day = Object.keys(days)
  .sort((a, b) => b.length - a.length)
  .join("|");

const joints: Readonly<Record<string, string>> = { "&": "and", "+": "and", "/": "or" };

/** What stands on the door of an English house: `Mon-Fri 9am-5pm`, `Room 101`, `call 911`. */
export const openingHours: readonly ReadingRule[] = [
  {
    pattern: new RegExp(`\\b(${day})\\.?\\s?([-–—&+/])\\s?(${day})\\b\\.?`, "gu"),
    say: ([, from = "", joint = "", until = ""]) =>
      `${days[from]} ${joints[joint] ?? "to"} ${days[until]}`,
  },
  {
    pattern: new RegExp(`\\b(${day})\\b\\.?(?=:?\\s\\d\\d?(?::\\d\\d|\\s?[ap]\\.?m))`, "gu"),
    say: ([, short = ""]) => days[short],
  },
  {
    pattern: /(?<![\d:])(\d\d?)\s?([ap])m\s?[-–—]\s?(\d\d?)\s?([ap])m\b/giu,
    say: ([, from, half = "", until, other = ""]) =>
      `${from} ${half.toLowerCase()}.m. to ${until} ${other.toLowerCase()}.m.`,
  },
  {
    pattern: /\b(Room|Gate|Suite|Flat|Bus|Platform|Flight(?:\s[A-Z\d]{2})?)\s([1-9])(\d\d)\b/gu,
    say: ([, what, hundreds, rest = ""]) => {
      if (rest === "00") return `${what} ${hundreds} hundred`;
      return `${what} ${hundreds} ${rest.startsWith("0") ? `oh ${rest.slice(1)}` : rest}`;
    },
  },
  {
    pattern: /\b(call|dial|ring|text|ext\.|extension)\s(\d{3,5})(?![\d-])/giu,
    say: ([, verb = "", number = ""]) =>
      `${verb === "ext." ? "extension" : verb} ${[...number].join(" ")}`,
  },
  { pattern: /\bext\.(?=\s?\d)/giu, say: () => "extension" },
];

const roman: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10, L: 50 };

/** `XIV` -> 14; undefined for what is no number below 50. */
function numeralValue(numeral: string): number | undefined {
  if (!/^(?:XL|X{0,3})(?:IX|IV|V?I{0,3})$/u.test(numeral)) return undefined;
  const values = [...numeral].map((sign) => roman[sign] ?? 0);
  return values.reduce(
    (sum, value, index) => (value < (values[index + 1] ?? 0) ? sum - value : sum + value),
    0,
  );
}

const ordinals = [
  ..."first second third fourth fifth sixth seventh eighth ninth".split(" "),
  ..."tenth eleventh twelfth thirteenth fourteenth fifteenth".split(" "),
  ..."sixteenth seventeenth eighteenth".split(" "),
];

/** Names of rulers have ordinals, chapters and halls numbers. */
export const romanNumerals: readonly ReadingRule[] = [
  {
    pattern:
      /\b(Chapter|Part|Act|Room|Gate|Level|Zone|Volume|Book|Phase|Hall|World War)\s([IVXL]+)\b/gu,
    say: ([, what, numeral = ""]) => {
      const value = numeralValue(numeral);
      return value === undefined ? undefined : `${what} ${value}`;
    },
  },
  {
    pattern: /(?<=\b\p{Lu}\p{Ll}{3,}\s)([IVX]{2,})\b(?!\.\w)/gu,
    say: ([numeral]) => {
      const word = ordinals[(numeralValue(numeral) ?? 0) - 1];
      return word && `the ${word}`;
    },
  },
];
