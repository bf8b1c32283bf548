import type { ReadingRule } from "./rule.ts";

/** German as espeak-ng does not read it by itself: Uhr would come twice, Komma in prices. */
export const germanRules: readonly ReadingRule[] = [
  {
    pattern: /(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])(?:\s?Uhr\b)?/gu,
    say: ([, hour, minute]) => `${Number(hour)} Uhr${minute === "00" ? "" : ` ${Number(minute)}`}`,
  },
  {
    pattern: /(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+),(\d\d)\s?(?:€|EUR|Euro)(?!\p{L})/gu,
    say: ([, euros, cents]) => `${euros} Euro${cents === "00" ? "" : ` ${Number(cents)}`}`,
  },
  { pattern: /(?<=\d)\s?[–—]\s?(?=\d)/gu, say: () => " bis " },
  {
    pattern: /(?<=\d)\s?(km\/h|km|cm|mm|kg|ml|m²)(?![\p{L}\d])/gu,
    say: ([, sign = ""]) => ` ${units[sign]}`,
  },
  { pattern: /\bz\.\s?B\./gu, say: () => "zum Beispiel" },
];

const units: Readonly<Record<string, string>> = {
  "km/h": "Kilometer pro Stunde",
  km: "Kilometer",
  cm: "Zentimeter",
  mm: "Millimeter",
  kg: "Kilogramm",
  ml: "Milliliter",
  "m²": "Quadratmeter",
};
