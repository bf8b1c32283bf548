import type { ReadingRule } from "./rule.ts";

/** What a language that writes `1.299,50 €` calls things. Functions get numbers as they stand. */
export interface Tongue {
  readonly months: readonly string[];
  /** Days by their abbreviations, as in `Mo-Fr`. */
  readonly days: Readonly<Record<string, string>>;
  /** Words for - and – between numbers, and for the sign before one. */
  readonly to: string;
  readonly minus: string;
  /** One and many, then the hundredth: `euro`, `euros`, `centime`, `centimes`. */
  readonly currencies: Readonly<Record<string, readonly [string, string, string?, string?]>>;
  /** `12`, `euros`, `50`, `centimes` -> how a price with both is said. */
  price(whole: string, many: string, rest: string, coins: string): string;
  /** Before a noun: `1` becomes `un`. */
  readonly one: string;
  /** One and many, by the sign behind a number. */
  readonly units: Readonly<Record<string, readonly [string, string]>>;
  /** Words for large numbers of money, by what is written: `Mio.` -> `Millionen`. */
  readonly scales: Readonly<Record<string, string>>;
  date(day: number, month: string, year: string | undefined, before: string): string;
  time(hour: number, minute: number): string;
  readonly fractions: Readonly<Record<string, string>>;
  /** Abbreviations as patterns, with what they stand for. */
  readonly short: readonly (readonly [pattern: RegExp, words: string])[];
}

const space = "[ \\u00A0\\u202F]";
const whole = `\\d{1,3}(?:(?:\\.|${space})\\d{3})+(?!\\d)|\\d+`;

/** The rules for such a language; the special comes before the general. */
export function rulesOfTongue(tongue: Tongue): readonly ReadingRule[] {
  return [
    { pattern: /(?<=\d)[\u00A0\u202F](?=\d{3}(?!\d))/gu, say: () => "" },
    ...daysOf(tongue),
    ...tongue.short.map(([pattern, words]) => ({
      pattern,
      say: ([short]: RegExpMatchArray) => likeCase(short, words),
    })),
    ...datesOf(tongue),
    ...phones,
    ...rangesOf(tongue),
    ...timesOf(tongue),
    ...moneyOf(tongue),
    ...unitsOf(tongue),
  ];
}

function daysOf({ days, to }: Tongue): ReadingRule[] {
  const day = Object.keys(days).join("|");
  return [
    {
      pattern: new RegExp(`(?<!\\p{L})(${day})\\.?\\s?[-–—]\\s?(${day})(?!\\p{L})\\.?`, "gu"),
      say: ([, from = "", until = ""]) => `${days[from]} ${to} ${days[until]}`,
    },
  ];
}

/** A sentence may begin with it: a capital stays one. */
function likeCase(short: string, words: string): string {
  return /^\p{Lu}/u.test(short) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : words;
}

function datesOf({ date, months }: Tongue): ReadingRule[] {
  const said = (day: string, month: string, year: string | undefined, before = "") => {
    const name = months[Number(month) - 1];
    const isDay = Number(day) >= 1 && Number(day) <= 31;
    return name && isDay ? date(Number(day), name, year, before.trim()) : undefined;
  };
  return [
    {
      pattern: /(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)/gu,
      say: ([, year, month = "", day = ""]) => said(day, month, year),
    },
    {
      pattern: /(?<![\d.,/])(\p{L}{1,6}\s)?(\d\d?)[./](\d\d?)[./](\d{4})(?![\d/])/gu,
      say: ([, before = "", day = "", month = "", year]) => {
        const words = said(day, month, year, before);
        return words && `${before}${words}`;
      },
    },
  ];
}

const grouped =
  "(?:\\+\\d{1,3}[\\s.-]?)?(?:\\(\\d{1,4}\\)[\\s.-]?)?\\d{2,5}(?:[\\s./-]\\d{2,8}){1,4}";

/** A number that is dialled: digit by digit, its groups apart. */
const phones: readonly ReadingRule[] = [
  {
    pattern: new RegExp(
      `(?<![\\p{L}\\d.,])(?:\\+\\d{8,14}|0\\d{6,12}|${grouped})(?![\\p{L}\\d]|,\\d)`,
      "gu",
    ),
    say: ([number]) => {
      const count = number.replaceAll(/\D/gu, "").length;
      if (count < 7 || count > 15 || !/^[+(0]|-/u.test(number)) return undefined;
      const groups = (number.match(/\d+/gu) ?? []).map((group) => [...group].join(" "));
      return `${number.startsWith("+") ? "+ " : ""}${groups.join(", ")}`;
    },
  },
];

function rangesOf({ to, minus }: Tongue): ReadingRule[] {
  return [
    { pattern: /(?<=\d\s?(?:h|Uhr|€|%)?)\s?[–—]\s?(?=\d)/gu, say: () => ` ${to} ` },
    {
      pattern: /(?<=\d(?::\d\d|h(?:\d\d)?)(?:\s?h)?)\s?-\s?(?=\d\d?(?::\d\d|\s?h))/gu,
      say: () => ` ${to} `,
    },
    {
      pattern: /(?<=(?<![\p{L}\d\-/.:,])\d{1,3})\s?-\s?(?=\d{1,3}(?![\d\-/.:]))/gu,
      say: () => ` ${to} `,
    },
    { pattern: /(?<![\p{L}\d)\]])[-−](?=\d)/gu, say: () => `${minus} ` },
  ];
}

function timesOf({ time }: Tongue): ReadingRule[] {
  const hour = "([01]?\\d|2[0-4])";
  const behind = "(?:\\s?(?:Uhr|h(?:rs?|oras)?\\b))?";
  const patterns = [
    new RegExp(`(?<![\\d:.,])${hour}:([0-5]\\d)(?![\\d:])${behind}`, "gu"),
    new RegExp(`(?<![\\d:.,])${hour}\\s?h\\s?([0-5]\\d)?(?![\\p{L}\\d])`, "gu"),
  ];
  return patterns.map((pattern) => ({
    pattern,
    say: ([, hours, minutes]) => time(Number(hours), Number(minutes ?? "0")),
  }));
}

function moneyOf(tongue: Tongue): ReadingRule[] {
  const signs = Object.keys(tongue.currencies).map(escaped).join("|");
  const scales = Object.keys(tongue.scales).map(escaped).join("|");
  const sum = `(${whole})(?:,(\\d\\d?))?`;
  return [
    {
      pattern: new RegExp(`(?<![\\p{L}\\d])(${signs})${space}?${sum}(?![\\d])`, "gu"),
      say: ([, sign = "", amount = "", rest]) => price(tongue, sign, amount, rest),
    },
    {
      pattern: new RegExp(
        `(?<![\\d.,])${sum}${space}?(${scales})${space}?(${signs})(?!\\p{L})`,
        "gu",
      ),
      say: ([, amount = "", rest, scale = "", sign = ""]) => {
        const many = tongue.currencies[sign]?.[1] ?? sign;
        const number = `${bare(amount)}${rest === undefined ? "" : `,${rest}`}`;
        return `${number} ${tongue.scales[scale]} ${many}`.replace(/(?<=['’]) /u, "");
      },
    },
    {
      pattern: new RegExp(`(?<![\\d.,])${sum}${space}?(${signs})(?!\\p{L})`, "gu"),
      say: ([, amount = "", rest, sign = ""]) => price(tongue, sign, amount, rest),
    },
  ];
}

function price(tongue: Tongue, sign: string, amount: string, rest: string | undefined): string {
  const [one, many, coin, coins = ""] = tongue.currencies[sign] ?? [sign, sign];
  const large = bare(amount) === "1" ? `${tongue.one} ${one}` : `${bare(amount)} ${many}`;
  const small = Number((rest ?? "0").padEnd(2, "0"));
  if (small === 0) return large;
  if (coin === undefined) return `${bare(amount)},${rest} ${many}`;
  if (Number(bare(amount)) === 0) return `${small} ${small === 1 ? coin : coins}`;
  return tongue.price(bare(amount), bare(amount) === "1" ? one : many, `${small}`, coins);
}

function unitsOf(tongue: Tongue): ReadingRule[] {
  const signs = Object.keys(tongue.units).sort((a, b) => b.length - a.length);
  const number = `(${whole})(,\\d+)?`;
  return [
    {
      pattern: new RegExp(
        `(?<![\\p{L}\\d.,])${number}${space}?(${signs.map(escaped).join("|")})(?![\\p{L}\\d/²³])`,
        "gu",
      ),
      say: ([, amount = "", rest = "", sign = ""]) => {
        const [one, many] = tongue.units[sign] ?? [sign, sign];
        const isOne = bare(amount) === "1" && rest === "";
        return `${isOne ? tongue.one : bare(amount)}${rest} ${isOne ? one : many}`;
      },
    },
    {
      pattern: /(?<![\d/])[123]\/[234](?![\d/])/gu,
      say: ([fraction]) => tongue.fractions[fraction],
    },
  ];
}

/** Without its separators of thousands. */
function bare(number: string): string {
  return number.replaceAll(/[. \u00A0\u202F]/gu, "");
}

function escaped(text: string): string {
  return text.replaceAll(/[$.^²³/]/gu, (sign) => `\\${sign}`).replaceAll(/\\([²³/])/gu, "$1");
}
