/** `$`, `12`, `50` -> `12 dollars and 50 cents`; `scale` is a word such as `million`. */
export function sum(
  currency: string,
  whole: string,
  cents: string | undefined,
  scale?: string,
): string {
  const [one, many, small, smalls] = currencies[currency] ?? [currency, currency];
  if (scale) return `${whole}${cents ? `.${cents}` : ""} ${scales[scale] ?? scale} ${many}`;
  const large = `${whole} ${whole === "1" ? one : many}`;
  const rest = Number((cents ?? "0").padEnd(2, "0"));
  if (rest === 0) return large;
  if (!small) return `${whole}.${cents} ${many}`;
  const coins = `${rest} ${rest === 1 ? small : smalls}`;
  return whole === "0" ? coins : `${large} and ${coins}`;
}

/** `2024`, 5, `1` -> `May 1st, 20 24`; the year may be absent. Undefined: there is no such day. */
export function date(
  year: string | undefined,
  month: string | number | undefined,
  day: string | undefined,
): string | undefined {
  const name = months[Number(month) - 1];
  if (!name || Number(day) < 1 || Number(day) > 31) return undefined;
  const spoken = `${name} ${ordinal(Number(day))}`;
  return year === undefined ? spoken : `${spoken}, ${yearWords(year)}`;
}

/** 1 to 12 for `May`, `Sept`, `Dec`. */
export function monthNumber(name: string): number {
  return months.findIndex((month) => month.startsWith(name.slice(0, 3))) + 1;
}

/** `1999` -> `19 99`, `1905` -> `19 oh 5`; years such as 2008 are numbers. */
export function yearWords(year: string): string {
  const century = year.slice(0, 2);
  const rest = year.slice(2);
  if (rest.startsWith("0") && century.endsWith("0")) return year;
  if (rest === "00") return `${century} hundred`;
  return `${century} ${minuteWords(rest)}`;
}

/** `19`, `9` -> `19 nineties`; undefined for the first two decades, which have no such name. */
export function decade(century: string, tens: string): string | undefined {
  const word = decades[tens];
  return word && `${century} ${word}`;
}

/** `half` is `a` or `p` where the text says so; without it hours past 12 become afternoon hours. */
export function timeOfDay(hour: number, minute: string, half: string | undefined): string {
  const isRound = minute === "00";
  if (hour % 24 === 0 && isRound && half === undefined) return "midnight";
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const spoken = isRound ? `${twelve}` : `${twelve} ${minuteWords(minute)}`;
  if (half !== undefined) return `${spoken} ${half.toLowerCase()}.m.`;
  if (hour > 12 || hour === 0) return `${spoken} ${hour === 0 ? "a" : "p"}.m.`;
  return isRound ? `${spoken} o'clock` : spoken;
}

/** `+1 555-123` -> `plus 1, 5 5 5, 1 2 3`. */
export function digitByDigit(number: string): string {
  const groups = number.match(/\d+/gu) ?? [];
  const spoken = groups.map((group) => [...group].join(" ")).join(", ");
  return number.startsWith("+") ? `plus ${spoken}` : spoken;
}

export const months =
  "January February March April May June July August September October November December".split(
    " ",
  );

const decades: Readonly<Record<string, string>> = {
  "2": "twenties",
  "3": "thirties",
  "4": "forties",
  "5": "fifties",
  "6": "sixties",
  "7": "seventies",
  "8": "eighties",
  "9": "nineties",
};

type Currency = readonly [one: string, many: string, small?: string, smalls?: string];
const dollar: Currency = ["dollar", "dollars", "cent", "cents"];
const euro: Currency = ["euro", "euros", "cent", "cents"];
const pound: Currency = ["pound", "pounds", "penny", "pence"];
const yuan: Currency = ["yuan", "yuan"];
const currencies: Readonly<Record<string, Currency>> = {
  $: dollar,
  USD: dollar,
  "€": euro,
  EUR: euro,
  "£": pound,
  GBP: pound,
  "¥": ["yen", "yen"],
  JPY: ["yen", "yen"],
  CNY: yuan,
  RMB: yuan,
  CHF: ["Swiss franc", "Swiss francs"],
};

const scales: Readonly<Record<string, string>> = {
  k: "thousand",
  K: "thousand",
  m: "million",
  M: "million",
  bn: "billion",
};

function ordinal(day: number): string {
  const isTeen = day > 10 && day < 14;
  const suffix = isTeen ? undefined : ["st", "nd", "rd"][(day % 10) - 1];
  return `${day}${suffix ?? "th"}`;
}

function minuteWords(two: string): string {
  return two.startsWith("0") ? `oh ${two.slice(1)}` : two;
}
