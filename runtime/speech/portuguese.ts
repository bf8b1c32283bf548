import type { ReadingRule } from "./rule.ts";
import { rulesOfTongue } from "./tongue.ts";

const euro = ["euro", "euros", "cêntimo", "cêntimos"] as const;
const real = ["real", "reais", "centavo", "centavos"] as const;
const dollar = ["dólar", "dólares", "cêntimo", "cêntimos"] as const;

/** Portuguese as espeak-ng does not read it by itself: prices, dates, hours, titles. */
export const portugueseRules: readonly ReadingRule[] = [
  ...rulesOfTongue({
    months: [
      ..."janeiro fevereiro março abril maio junho".split(" "),
      ..."julho agosto setembro outubro novembro dezembro".split(" "),
    ],
    days: {
      ...{ seg: "segunda", ter: "terça", qua: "quarta", qui: "quinta" },
      ...{ sex: "sexta", sáb: "sábado", dom: "domingo" },
    },
    to: "a",
    minus: "menos",
    one: "um",
    currencies: {
      R$: real,
      "€": euro,
      EUR: euro,
      euros: euro,
      US$: dollar,
      $: dollar,
      "£": ["libra", "libras", "péni", "pence"],
    },
    price: (whole, many, rest, coins) =>
      `${whole === "1" ? "um" : whole} ${many} e ${rest} ${coins}`,
    scales: { M: "milhões de", mi: "milhões de", milhões: "milhões de" },
    units: {
      "km/h": ["quilómetro por hora", "quilómetros por hora"],
      "m/s": ["metro por segundo", "metros por segundo"],
      "km²": ["quilómetro quadrado", "quilómetros quadrados"],
      "m²": ["metro quadrado", "metros quadrados"],
      "m³": ["metro cúbico", "metros cúbicos"],
      km: ["quilómetro", "quilómetros"],
      m: ["metro", "metros"],
      cm: ["centímetro", "centímetros"],
      mm: ["milímetro", "milímetros"],
      kg: ["quilo", "quilos"],
      g: ["grama", "gramas"],
      mg: ["miligrama", "miligramas"],
      ml: ["mililitro", "mililitros"],
      l: ["litro", "litros"],
      L: ["litro", "litros"],
      "°C": ["grau Celsius", "graus Celsius"],
      ºC: ["grau Celsius", "graus Celsius"],
      "°": ["grau", "graus"],
      min: ["minuto", "minutos"],
      kWh: ["quilowatt-hora", "quilowatts-hora"],
      kW: ["quilowatt", "quilowatts"],
      GB: ["gigabyte", "gigabytes"],
      MB: ["megabyte", "megabytes"],
    },
    date: (day, month, year) => {
      const of = year === undefined ? "" : ` de ${year}`;
      return `${day === 1 ? "primeiro" : day} de ${month}${of}`;
    },
    time: (hour, minute) => {
      const words: Readonly<Record<number, string>> = { 1: "uma hora", 2: "duas horas" };
      return `${words[hour] ?? `${hour} horas`}${minute === 0 ? "" : ` e ${minute}`}`;
    },
    fractions: {
      "1/2": "um meio",
      "1/3": "um terço",
      "2/3": "dois terços",
      "1/4": "um quarto",
      "3/4": "três quartos",
    },
    short: [
      [/\bp\.\s?ex\./gu, "por exemplo"],
      [/\bSr\.(?=\s\p{Lu})/gu, "senhor"],
      [/\bSra\.(?=\s\p{Lu})/gu, "senhora"],
      [/\bDr\.(?=\s\p{Lu})/gu, "doutor"],
      [/\bDra\.(?=\s\p{Lu})/gu, "doutora"],
      [/\bProf\.(?=\s\p{Lu})/gu, "professor"],
      [/\b[nN](?:\.º|º|úm\.)\s?(?=\d)/gu, "número "],
      [/\b[Tt]el\.(?=\s?:|\s?[\d+(]|\s*$)/gu, "telefone"],
      [/\b[Aa]v\.(?=\s\p{L})/gu, "avenida"],
      [/\bR\.(?=\s\p{Lu})/gu, "rua"],
      [/\bpág\.(?=\s?\d)/gu, "página"],
      [/\betc\./gu, "etecétera"],
    ],
  }),
];
