import type { ReadingRule } from "./rule.ts";
import { rulesOfTongue } from "./tongue.ts";

const months =
  "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(" ");
const month = months.join("|");
const inYear = "(?:\\s(\\d{4})(?![\\d.]))?";
const floors = "Stock|Etage|Obergeschoss|Jahrhundert";

const same = (word: string): readonly [string, string] => [word, word];

/** 13 to 19 and 20 to 31 are built from these. */
const stems =
  "ers zwei drit vier fünf sechs sieb ach neun zehn elf zwölf dreizehn vierzehn fünfzehn".split(
    " ",
  );
const teens = "sechzehn siebzehn achtzehn neunzehn".split(" ");
const ones = "ein zwei drei vier fünf sechs sieben acht neun".split(" ");

/** `am 5.` -> fünften, `der 5.` -> fünfte, `5.` -> fünfter. */
function ordinal(day: number, before: string): string {
  const ending = /^(?:am|vom|zum|im|dem|den|beim|bis)$/iu.test(before)
    ? "en"
    : /^(?:der|die|das)$/iu.test(before)
      ? "e"
      : "er";
  if (day < 20) return `${[...stems, ...teens][day - 1]}t${ending}`;
  const tens = day < 30 ? "zwanzig" : "dreißig";
  const unit = day % 10 === 0 ? "" : `${ones[(day % 10) - 1]}und`;
  return `${unit}${tens}st${ending}`;
}

/** 1100 to 1999 are counted in hundreds; later years are numbers. */
function year(text: string): string {
  const century = Number(text.slice(0, 2));
  if (century < 11 || century > 19) return text;
  const rest = text.slice(2) === "00" ? "" : ` ${Number(text.slice(2))}`;
  return `${[...stems, ...teens][century - 1]}hundert${rest}`;
}

const tongue = rulesOfTongue({
  days: {
    ...{ Mo: "Montag", Di: "Dienstag", Mi: "Mittwoch", Do: "Donnerstag" },
    ...{ Fr: "Freitag", Sa: "Samstag", So: "Sonntag" },
  },
  months,
  to: "bis",
  minus: "minus",
  one: "ein",
  currencies: {
    "€": ["Euro", "Euro", "Cent", "Cent"],
    EUR: ["Euro", "Euro", "Cent", "Cent"],
    Euro: ["Euro", "Euro", "Cent", "Cent"],
    $: ["Dollar", "Dollar", "Cent", "Cent"],
    "£": ["Pfund", "Pfund", "Penny", "Pence"],
    CHF: ["Franken", "Franken", "Rappen", "Rappen"],
  },
  price: (whole, many, rest) => `${whole === "1" ? "ein" : whole} ${many} ${rest}`,
  scales: { "Mio.": "Millionen", Mio: "Millionen", "Mrd.": "Milliarden", Mrd: "Milliarden" },
  units: {
    "km/h": same("Kilometer pro Stunde"),
    "m/s": same("Meter pro Sekunde"),
    "km²": same("Quadratkilometer"),
    "m²": same("Quadratmeter"),
    "m³": same("Kubikmeter"),
    km: same("Kilometer"),
    m: same("Meter"),
    cm: same("Zentimeter"),
    mm: same("Millimeter"),
    kg: same("Kilogramm"),
    g: same("Gramm"),
    mg: same("Milligramm"),
    ml: same("Milliliter"),
    l: same("Liter"),
    "°C": same("Grad Celsius"),
    "°": same("Grad"),
    "Min.": ["Minute", "Minuten"],
    min: ["Minute", "Minuten"],
    "Std.": ["Stunde", "Stunden"],
    kWh: same("Kilowattstunden"),
    kW: same("Kilowatt"),
    GB: same("Gigabyte"),
    MB: same("Megabyte"),
  },
  date: (day, name, of, before) => {
    return `${ordinal(day, before)} ${name}${of === undefined ? "" : ` ${year(of)}`}`;
  },
  time: (hour, minute) => `${hour} Uhr${minute === 0 ? "" : ` ${minute}`}`,
  fractions: {
    "1/2": "ein halb",
    "1/3": "ein Drittel",
    "2/3": "zwei Drittel",
    "1/4": "ein Viertel",
    "3/4": "drei Viertel",
  },
  short: [
    [/\bz\.\s?B\./gu, "zum Beispiel"],
    [/\bd\.\s?h\./gu, "das heißt"],
    [/\bu\.\s?a\./gu, "unter anderem"],
    [/\bca\.(?=\s)/gu, "zirka"],
    [/\bNr\.(?=\s?\d)/gu, "Nummer"],
    [/\bTel\.(?=:|\s?[\d+(]|\s*$)/gu, "Telefon"],
    [/(?<=\d\s)J\.(?=\s\p{Ll})/gu, "Jahre"],
    [/\bDr\.(?=\s\p{Lu})/gu, "Doktor"],
    [/\bProf\.(?=\s\p{Lu})/gu, "Professor"],
    [/\bHr\.(?=\s\p{Lu})/gu, "Herr"],
    [/\bFr\.(?=\s\p{Lu})/gu, "Frau"],
    [/\bbzw\./gu, "beziehungsweise"],
    [/\busw\.(?=\s|$)/gu, "und so weiter"],
    [/(?<=\p{Ll})str\.(?=\s?\d)/gu, "straße"],
  ],
});

/** German as espeak-ng does not read it by itself: ordinals, prices, Uhr, years in hundreds. */
export const germanRules: readonly ReadingRule[] = [
  {
    pattern: new RegExp(
      `(?<![\\d.])(\\p{L}{1,6}\\s)?(\\d\\d?)\\.\\s?(${month}|${floors})\\b${inYear}`,
      "gu",
    ),
    say: ([, before = "", day = "", name = "", of]) => {
      if (Number(day) < 1 || Number(day) > 31) return undefined;
      const dated = of === undefined ? "" : ` ${year(of)}`;
      return `${before}${ordinal(Number(day), before.trim())} ${name}${dated}`;
    },
  },
  {
    // A date without its year ends with a full stop, which may end the sentence as well.
    pattern: /(?<![\d.,])(\p{L}{1,6}\s)?(\d\d?)\.\s?(\d\d?)\.(?!\d|\s?\d{4})(?=(\s+\p{Ll})?)/gu,
    say: ([, before = "", day = "", number = "", goesOn]) => {
      const name = months[Number(number) - 1];
      if (!name || Number(day) < 1 || Number(day) > 31) return undefined;
      const end = goesOn === undefined ? "." : "";
      return `${before}${ordinal(Number(day), before.trim())} ${name}${end}`;
    },
  },
  {
    pattern:
      /\b(im Jahre?|seit|bis|von|anno|vor|nach) (1[1-9]\d\d)(?![.,:]?\d|\s?(?:€|Euro|m\b))/giu,
    say: ([, word, of = ""]) => `${word} ${year(of)}`,
  },
  ...tongue,
];
