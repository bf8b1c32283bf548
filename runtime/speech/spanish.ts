import type { ReadingRule } from "./rule.ts";
import { rulesOfTongue } from "./tongue.ts";

const euro = ["euro", "euros", "céntimo", "céntimos"] as const;
const dollar = ["dólar", "dólares", "centavo", "centavos"] as const;

const ordinals = "primer segund tercer cuart quint sext séptim octav noven décim".split(" ");

/** Spanish as espeak-ng does not read it by itself: prices, dates, hours, ordinals, &. */
export const spanishRules: readonly ReadingRule[] = [
  {
    pattern: /(?<![\p{L}\d])(\d{1,2})\.?([ºª°])(?=\s\p{L})/gu,
    say: ([, number, sign]) => {
      const stem = ordinals[Number(number) - 1];
      return stem && `${stem}${sign === "ª" ? "a" : /^[pt].*er$/u.test(stem) ? "" : "o"}`;
    },
  },
  { pattern: /\s?&\s?/gu, say: () => " y " },
  ...rulesOfTongue({
    months: [
      ..."enero febrero marzo abril mayo junio".split(" "),
      ..."julio agosto septiembre octubre noviembre diciembre".split(" "),
    ],
    days: {
      ...{ lun: "lunes", mar: "martes", mié: "miércoles", jue: "jueves", L: "lunes" },
      ...{ vie: "viernes", sáb: "sábado", dom: "domingo", V: "viernes" },
    },
    to: "a",
    minus: "menos",
    one: "un",
    currencies: {
      "€": euro,
      EUR: euro,
      euros: euro,
      US$: dollar,
      $: dollar,
      "£": ["libra", "libras", "penique", "peniques"],
    },
    price: (whole, many, rest) => `${whole === "1" ? "un" : whole} ${many} con ${rest}`,
    scales: { M: "millones de", mill: "millones de", millones: "millones de" },
    units: {
      "km/h": ["kilómetro por hora", "kilómetros por hora"],
      "m/s": ["metro por segundo", "metros por segundo"],
      "km²": ["kilómetro cuadrado", "kilómetros cuadrados"],
      "m²": ["metro cuadrado", "metros cuadrados"],
      "m³": ["metro cúbico", "metros cúbicos"],
      km: ["kilómetro", "kilómetros"],
      m: ["metro", "metros"],
      cm: ["centímetro", "centímetros"],
      mm: ["milímetro", "milímetros"],
      kg: ["kilo", "kilos"],
      g: ["gramo", "gramos"],
      mg: ["miligramo", "miligramos"],
      ml: ["mililitro", "mililitros"],
      l: ["litro", "litros"],
      L: ["litro", "litros"],
      "°C": ["grado centígrado", "grados centígrados"],
      ºC: ["grado centígrado", "grados centígrados"],
      "°": ["grado", "grados"],
      min: ["minuto", "minutos"],
      kWh: ["kilovatio hora", "kilovatios hora"],
      kW: ["kilovatio", "kilovatios"],
      GB: ["gigabyte", "gigabytes"],
      MB: ["megabyte", "megabytes"],
    },
    date: (day, month, year) => {
      const of = year === undefined ? "" : ` de ${year}`;
      return `${day === 1 ? "primero" : day} de ${month}${of}`;
    },
    time: (hour, minute) => {
      const hours = hour === 1 ? "una" : hour === 21 ? "veintiuna" : `${hour}`;
      return `${hours}${minute === 0 ? " en punto" : ` y ${minute}`}`;
    },
    fractions: {
      "1/2": "un medio",
      "1/3": "un tercio",
      "2/3": "dos tercios",
      "1/4": "un cuarto",
      "3/4": "tres cuartos",
    },
    short: [
      [/\bp\.\s?ej\./gu, "por ejemplo"],
      [/\bSr\.(?=\s\p{Lu})/gu, "señor"],
      [/\bSra\.(?=\s\p{Lu})/gu, "señora"],
      [/\bSrta\.(?=\s\p{Lu})/gu, "señorita"],
      [/\bDr\.(?=\s\p{Lu})/gu, "doctor"],
      [/\bDra\.(?=\s\p{Lu})/gu, "doctora"],
      [/\bD\.(?=\s\p{Lu})/gu, "don"],
      [/\b[nN](?:\.º|º|úm\.)\s?(?=\d)/gu, "número "],
      [/\b[Tt]el\.(?=\s?:|\s?[\d+(]|\s*$)/gu, "teléfono"],
      [/\b[Aa]v(?:da)?\.(?=\s\p{L})/gu, "avenida"],
      [/\bpág\.(?=\s?\d)/gu, "página"],
      [/\betc\./gu, "etcétera"],
      [/\bUds?\./gu, "ustedes"],
    ],
  }),
];
