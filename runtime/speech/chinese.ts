import { amount, digits, integer, phone } from "./numerals.ts";
import type { ReadingRule } from "./rule.ts";

const number = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;

const unitWords: Readonly<Record<string, string>> = {
  "km/h": "公里每小时",
  "m/s": "米每秒",
  "km²": "平方公里",
  "m²": "平方米",
  "m³": "立方米",
  "㎡": "平方米",
  km: "公里",
  cm: "厘米",
  mm: "毫米",
  m: "米",
  kg: "公斤",
  mg: "毫克",
  g: "克",
  ml: "毫升",
  mL: "毫升",
  L: "升",
  l: "升",
  "°C": "摄氏度",
  "℃": "摄氏度",
  "°": "度",
  min: "分钟",
  h: "小时",
};
const unit = Object.keys(unitWords).join("|");

const currencyWords: Readonly<Record<string, string>> = {
  "¥": "元",
  "￥": "元",
  RMB: "元",
  CNY: "元",
  $: "美元",
  USD: "美元",
  "€": "欧元",
  "£": "英镑",
};

/** Mobile, landline and service numbers of mainland China. */
const phones = [
  String.raw`1\d{2}[-\s]?\d{4}[-\s]?\d{4}`,
  String.raw`0\d{2,3}[-\s]?\d{7,8}`,
  String.raw`[48]00[-\s]?\d{3,4}[-\s]?\d{3,4}`,
].join("|");

const datesAndTimes: readonly ReadingRule[] = [
  { pattern: /(?<=[元%\d]\s?)\/(?=[人位张次个天月年小])/gu, say: () => "每" },
  {
    pattern: /(?<=\d[:：]\d\d)\s?[-–—~～至]\s?(?=\d|上午|下午|中午|晚上|次日)/gu,
    say: () => "到",
  },
  {
    pattern: /(?<!\d)(\d{4})[-/.](\d\d?)[-/.](\d\d?)(?![\d./-])/gu,
    say: ([, year = "", month = "", day = ""]) =>
      Number(month) > 12 || Number(day) > 31
        ? undefined
        : `${digits(year)}年${integer(month)}月${integer(day)}日`,
  },
  { pattern: /(?<!\d)(\d{4})(?=年)/gu, say: ([, year = ""]) => digits(year) },
  {
    pattern: /(?<![\d:：])([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?![\d:：])/gu,
    say: ([, hour = "", minute = "", second]) => timeOfDay(hour, minute, second),
  },
];

const money: readonly ReadingRule[] = [
  {
    pattern: new RegExp(`([¥￥$€£]|RMB|CNY|USD)\\s?(${number})\\s?([万亿])?`, "gu"),
    say: ([, sign = "", sum = "", scale = ""]) =>
      scale === "" && currencyWords[sign] === "元" && /\.\d\d?$/u.test(sum)
        ? yuan(sum)
        : `${amount(sum)}${scale}${currencyWords[sign]}`,
  },
  { pattern: /(?<![\d.])(\d+\.\d\d?)\s?元/gu, say: ([, sum = ""]) => yuan(sum) },
];

const digitByDigit: readonly ReadingRule[] = [
  {
    pattern: /(?<![A-Za-z\d])B(\d)(?:层|楼|F)/gu,
    say: ([, floor = ""]) => `地下${integer(floor)}层`,
  },
  {
    pattern: /(?<!\d)(?:123(?:06|45|33)|100(?:86|10|00)|9[56]\d{3})(?!\d|[元个人年%])/gu,
    say: ([number]) => phone(number),
  },
  {
    // `VIP`, `T3`, `CA1234`: espeak-ng would read the letters as pinyin and lose the number.
    pattern: /(?<![A-Za-z])(?!RMB|CNY|USD)([A-Z]{1,3})-?(\d{0,4})(?![A-Za-z\d]|[.-]\d)/gu,
    say: ([text, letters = "", number = ""]) => {
      if (text.length === 1) return undefined;
      const spelled = [...letters].join(" ");
      if (number === "") return spelled;
      return `${spelled} ${number.length > 2 ? phone(number) : integer(number)}`;
    },
  },
  {
    pattern: new RegExp(`(?<![\\d.])(?:\\+?86[-\\s]?)?(?:${phones})(?!\\d)`, "gu"),
    say: ([text]) => phone(text),
  },
  {
    pattern: /(?<=拨打?|致电|电话[:：是]?\s?|热线[:：是]?\s?)\d{3,8}(?!\d)/gu,
    say: ([text]) => phone(text),
  },
  {
    pattern: /(?<=(?:密码|编号|号码|单号|卡号|账号|代码)[是为:：]?\s?)\d+/gu,
    say: ([text]) => phone(text),
  },
  { pattern: /(?<=室|房间?|航班|座位)\d{3,4}(?!\d)/gu, say: ([text]) => phone(text) },
  { pattern: /(?<![\d.])\d{3,4}(?=号?(?:房|室|教室|会议室))/gu, say: ([text]) => phone(text) },
];

const numbers: readonly ReadingRule[] = [
  {
    pattern: /(?<![A-Za-z\d.])(\d{1,2})F(?![A-Za-z\d])/gu,
    say: ([, floor = ""]) => `${integer(floor)}楼`,
  },
  { pattern: /[Nn]o\.\s?(\d+)/gu, say: ([, number = ""]) => `${integer(number)}号` },
  {
    pattern: /(?<![\d:：.])(\d{1,3})[:：](\d{1,3})(?![\d:：.])/gu,
    say: ([, one = "", other = ""]) => `${integer(one)}比${integer(other)}`,
  },
  { pattern: /≥\s?(?=\d)/gu, say: () => "大于等于" },
  { pattern: /≤\s?(?=\d)/gu, say: () => "小于等于" },
  { pattern: />\s?(?=\d)/gu, say: () => "大于" },
  { pattern: /<\s?(?=\d)/gu, say: () => "小于" },
  { pattern: /(?<=\d)\+(?!\d)/gu, say: () => "多" },
  { pattern: /(?<=\d)\s?[-–—~～]\s?(?=\d)/gu, say: () => "到" },
  { pattern: /(?<![\p{L}\d)）])[-−](?=\d)/gu, say: () => "负" },
  {
    pattern: new RegExp(`(?<![\\d.,])(${number})\\s?([%％‰])`, "gu"),
    say: ([, share = "", sign]) => `${sign === "‰" ? "千" : "百"}分之${amount(share)}`,
  },
  {
    pattern: /(?<![\d/])(\d{1,3})\/(\d{1,3})(?![\d/])/gu,
    // More parts than the whole: a month and a day.
    say: ([, part = "", whole = ""]) => {
      if (Number(part) < Number(whole)) return `${integer(whole)}分之${integer(part)}`;
      const isDate = Number(part) <= 12 && Number(whole) >= 1;
      return isDate ? `${integer(part)}月${integer(whole)}日` : undefined;
    },
  },
  {
    pattern: new RegExp(`(?<![A-Za-z\\d.])(${number})\\s?(${unit})(?![A-Za-z\\d/])`, "gu"),
    say: ([, value = "", sign = ""]) => `${counted(value)}${unitWords[sign]}`,
  },
  { pattern: /(?<=第)\d+/gu, say: ([ordinal]) => integer(ordinal) },
  {
    pattern:
      /(?<![\d.,])2(?=[个位点天次张件种年间条只本杯人周块元倍台份]|小时|分钟|公里|公斤|米)/gu,
    say: () => "两",
  },
  {
    pattern: new RegExp(`(?<![A-Za-z\\d.])(?:${number})(?![\\d.]*\\d)`, "gu"),
    say: ([value]) => amount(value),
  },
  { pattern: /[Ww][Ii]-?[Ff][Ii]/gu, say: () => "歪fai1" },
];

/** Mandarin as espeak-ng does not read it by itself; the more special before the more general. */
export const chineseRules: readonly ReadingRule[] = [
  ...datesAndTimes,
  ...digitByDigit,
  ...money,
  ...numbers,
];

function timeOfDay(hour: string, minute: string, second: string | undefined): string {
  const start = `${Number(hour) === 2 ? "两" : integer(hour)}点`;
  if (minute === "00" && second === undefined) return `${start}整`;
  const spoken = `${start}${padded(minute)}分`;
  return second === undefined ? spoken : `${spoken}${padded(second)}秒`;
}

function padded(two: string): string {
  return two.startsWith("0") && two !== "00" ? `零${integer(two)}` : integer(two);
}

/** `12.58` -> 十二元五角八分. */
function yuan(sum: string): string {
  const [whole = "0", rest = ""] = sum.replaceAll(",", "").split(".");
  const [jiao = "0", fen = "0"] = rest;
  const coins = [
    jiao === "0" ? (fen === "0" ? "" : "零") : `${integer(jiao)}角`,
    fen === "0" ? "" : `${integer(fen)}分`,
  ].join("");
  if (Number(whole) === 0 && coins !== "") return coins.replace(/^零/u, "");
  return `${counted(whole)}元${coins}`;
}

/** A number before a measure word: 两, not 二. */
function counted(value: string): string {
  return value === "2" ? "两" : amount(value);
}
