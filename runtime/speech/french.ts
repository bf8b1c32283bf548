import type { ReadingRule } from "./rule.ts";
import { rulesOfTongue } from "./tongue.ts";

const euro = ["euro", "euros", "centime", "centimes"] as const;
const dollar = ["dollar", "dollars", "cent", "cents"] as const;

const ordinals = [
  ..."deuxième troisième quatrième cinquième sixième septième".split(" "),
  ..."huitième neuvième dixième onzième douzième".split(" "),
];

/** French as espeak-ng does not read it by itself: prices, hours, ordinals, abbreviations. */
export const frenchRules: readonly ReadingRule[] = [
  {
    pattern: /(?<![\p{L}\d])(\d{1,2})(?:e|è|ème|ième)(?!\p{L})/gu,
    say: ([, number]) => ordinals[Number(number) - 2],
  },
  {
    pattern: /(?<![\d+])0\d{9}(?!\d)/gu,
    say: ([number]) => (number.match(/../gu) ?? []).join(" "),
  },
  // Read in pairs, as they are written.
  {
    pattern: /(?<!\d)(?:\+33\s?|0)\d(?:[\s.]\d\d){4}(?!\d)/gu,
    say: ([number]) => number.replaceAll(".", " ").replace(/^\+/u, "plus "),
  },
  ...rulesOfTongue({
    months: [
      ..."janvier février mars avril mai juin".split(" "),
      ..."juillet août septembre octobre novembre décembre".split(" "),
    ],
    days: {
      ...{ lun: "lundi", mar: "mardi", mer: "mercredi", jeu: "jeudi" },
      ...{ ven: "vendredi", sam: "samedi", dim: "dimanche" },
    },
    to: "à",
    minus: "moins",
    one: "un",
    currencies: {
      "€": euro,
      EUR: euro,
      euros: euro,
      $: dollar,
      "£": ["livre", "livres", "penny", "pence"],
      CHF: ["franc suisse", "francs suisses", "centime", "centimes"],
    },
    price: (whole, many, rest) => `${whole === "1" ? "un" : whole} ${many} ${rest}`,
    scales: { M: "millions d'", Md: "milliards d'" },
    units: {
      "km/h": ["kilomètre heure", "kilomètres heure"],
      "m/s": ["mètre par seconde", "mètres par seconde"],
      "km²": ["kilomètre carré", "kilomètres carrés"],
      "m²": ["mètre carré", "mètres carrés"],
      "m³": ["mètre cube", "mètres cubes"],
      km: ["kilomètre", "kilomètres"],
      m: ["mètre", "mètres"],
      cm: ["centimètre", "centimètres"],
      mm: ["millimètre", "millimètres"],
      kg: ["kilo", "kilos"],
      g: ["gramme", "grammes"],
      mg: ["milligramme", "milligrammes"],
      ml: ["millilitre", "millilitres"],
      l: ["litre", "litres"],
      L: ["litre", "litres"],
      "°C": ["degré Celsius", "degrés Celsius"],
      "°": ["degré", "degrés"],
      min: ["minute", "minutes"],
      kWh: ["kilowattheure", "kilowattheures"],
      kW: ["kilowatt", "kilowatts"],
      Go: ["gigaoctet", "gigaoctets"],
      Mo: ["mégaoctet", "mégaoctets"],
    },
    date: (day, month, year) => {
      const of = year === undefined ? "" : ` ${year}`;
      return `${day === 1 ? "premier" : day} ${month}${of}`;
    },
    time: (hour, minute) => {
      const hours = hour === 1 || hour === 0 ? "heure" : "heures";
      const start = hour === 1 ? `une ${hours}` : hour === 21 ? `vingt et une ${hours}` : "";
      return `${start || `${hour} ${hours}`}${minute === 0 ? "" : ` ${minute}`}`;
    },
    fractions: {
      "1/2": "un demi",
      "1/3": "un tiers",
      "2/3": "deux tiers",
      "1/4": "un quart",
      "3/4": "trois quarts",
    },
    short: [
      [/\bp\.\s?ex\./gu, "par exemple"],
      [/\bM\.(?=\s\p{Lu})/gu, "Monsieur"],
      [/\bMM\.(?=\s\p{Lu})/gu, "Messieurs"],
      [/\bDr\.?(?=\s\p{Lu})/gu, "Docteur"],
      [/\b[nN]°\s?(?=\d)/gu, "numéro "],
      [/\b[Tt]él\.(?=\s?:|\s?[\d+(]|\s*$)/gu, "téléphone"],
      [/\bav\.(?=\s\p{L})/gu, "avenue"],
      [/\bbd\.?(?=\s\p{Lu})/gu, "boulevard"],
      [/\benv\.(?=\s?\d)/gu, "environ"],
      [/\betc\./gu, "et cetera"],
    ],
  }),
];
