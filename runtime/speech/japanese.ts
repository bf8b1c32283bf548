import { kioskWords } from "./japanese-words.ts";
import type { ReadingRule } from "./rule.ts";

const figures = ["ゼロ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう"];
const tens = ["", "じゅう", "ひゃく", "せん"];
const groups = ["", "まん", "おく", "ちょう"];

/** What a hundred and a thousand become behind some figures. */
const irregular: Readonly<Record<string, string>> = {
  さんひゃく: "さんびゃく",
  ろくひゃく: "ろっぴゃく",
  はちひゃく: "はっぴゃく",
  さんせん: "さんぜん",
  はちせん: "はっせん",
};

/** A whole number up to 16 digits in kana, e.g. `12500` -> いちまんにせんごひゃく. */
function kana(text: string): string {
  const bare = text.replaceAll(/[,，]/gu, "").replace(/^0+(?=\d)/u, "");
  if (bare.length > 16) return digits(bare);
  if (bare === "0") return "ゼロ";
  let spoken = "";
  for (let group = Math.ceil(bare.length / 4) - 1; group >= 0; group--) {
    const four = bare.slice(Math.max(0, bare.length - 4 * group - 4), bare.length - 4 * group);
    const words = underTenThousand(four);
    if (words !== "") spoken += `${words}${groups[group]}`;
  }
  return spoken;
}

function underTenThousand(four: string): string {
  return [...four]
    .map((figure, at) => {
      const place = tens[four.length - 1 - at] ?? "";
      if (figure === "0") return "";
      if (figure === "1" && place !== "") return place;
      const word = `${figures[Number(figure)]}${place}`;
      return irregular[word] ?? word;
    })
    .join("");
}

function digits(text: string): string {
  return [...text].map((figure) => figures[Number(figure)] ?? "").join("");
}

function amount(text: string): string {
  const [whole = "", rest] = text.split(".");
  return rest === undefined ? kana(whole) : `${kana(whole)}てん${digits(rest)}`;
}

const number = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?`;

const monthWords =
  "いちがつ にがつ さんがつ しがつ ごがつ ろくがつ しちがつ はちがつ くがつ じゅうがつ じゅういちがつ じゅうにがつ".split(
    " ",
  );
/** Days with a name of their own. */
const dayWords: Readonly<Record<number, string>> = {
  ...{
    1: "ついたち",
    2: "ふつか",
    3: "みっか",
    4: "よっか",
    5: "いつか",
    6: "むいか",
    7: "なのか",
  },
  ...{ 8: "ようか", 9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか" },
  24: "にじゅうよっか",
};
const hourWords: Readonly<Record<number, string>> = { 4: "よじ", 7: "しちじ", 9: "くじ" };

function hour(value: number): string {
  const unit = hourWords[value % 10];
  if (!unit) return `${kana(`${value}`)}じ`;
  return `${value >= 10 ? kana(`${value - (value % 10)}`) : ""}${unit}`;
}

/** ふん becomes ぷん behind 1, 3, 4, 6, 8 and 10. */
function minute(value: number): string {
  const words = kana(`${value}`);
  if (/(?:いち|ろく|はち|じゅう)$/u.test(words)) {
    return `${words.replace(/.$/u, "っ")}ぷん`;
  }
  return `${words}${/(?:さん|よん)$/u.test(words) ? "ぷん" : "ふん"}`;
}

/** Counters and units by the sign behind the number. */
const counters: ReadonlyMap<string, string> = new Map(
  `
    円:えん ％:パーセント %:パーセント 人:にん 個:こ 枚:まい 階:かい
    号:ごう 番:ばん 番線:ばんせん 名:めい 歳:さい 回:かい 年:ねん
    分間:ふんかん 時間:じかん 日間:にちかん か月:かげつ 週間:しゅうかん 秒:びょう 度:ど
    台:だい km:キロメートル m:メートル cm:センチメートル mm:ミリメートル kg:キログラム g:グラム
    ㎡:へいほうメートル m²:へいほうメートル ℃:ど °C:ど L:リットル km/h:キロ ml:ミリリットル
    ユーロ:ユーロ ドル:ドル
  `
    .trim()
    .split(/\s+/u)
    .map((pair) => pair.split(":") as [string, string]),
);
const counter = [...counters.keys()].sort((a, b) => b.length - a.length).join("|");
const people: Readonly<Record<string, string>> = { "1": "ひとり", "2": "ふたり" };

const words = [...kioskWords.keys()].sort((a, b) => b.length - a.length).join("|");

/**
 * Japanese as far as espeak-ng 1.51 goes, which reads kana but no kanji: numbers with their
 * counters, dates, times, and a kiosk's commonest words are written in kana.
 */
export const japaneseRules: readonly ReadingRule[] = [
  { pattern: /こんにちは/gu, say: () => "こんにちわ" },
  { pattern: /こんばんは/gu, say: () => "こんばんわ" },
  // The particle, where a word ends before it.
  {
    pattern:
      /(?<=[\p{Script=Katakana}\p{Script=Han}ー])は(?=[、\s\d\p{Script=Katakana}\p{Script=Han}])/gu,
    say: () => "わ",
  },
  {
    pattern: /(?<!\d)(\d{4})[-/年](\d\d?)[-/月](\d\d?)日?(?![\d/-])/gu,
    say: ([, year = "", month = "", day = ""]) => dated(month, day, `${kana(year)}ねん`),
  },
  {
    pattern: /(?<!\d)(\d\d?)月(\d\d?)日/gu,
    say: ([, month = "", day = ""]) => dated(month, day, ""),
  },
  {
    pattern: /(?<![\d.])(\d\d?)月(?!間)/gu,
    say: ([, month = ""]) => monthWords[Number(month) - 1],
  },
  {
    pattern: /(?<![\d:.])([01]?\d|2[0-4])[:：]([0-5]\d)(?![\d:])/gu,
    say: ([, hours, minutes]) => timeOfDay(Number(hours), Number(minutes)),
  },
  {
    pattern: /(?<![\d.])([01]?\d|2[0-4])時(半|(\d\d?)分)?(?!間)/gu,
    say: ([, hours, half, minutes]) =>
      half === "半" ? `${hour(Number(hours))}はん` : timeOfDay(Number(hours), Number(minutes ?? 0)),
  },
  { pattern: /(?<![\d.])(\d\d?)分(?!間|の)/gu, say: ([, minutes]) => minute(Number(minutes)) },
  {
    pattern: /(?<![\d.,])(?:\+\d{1,3}[-\s]?)?0\d{1,4}[-\s]\d{2,4}[-\s]\d{3,4}(?!\d)/gu,
    say: ([phone]) => (phone.match(/\d+/gu) ?? []).map(digits).join("、"),
  },
  {
    pattern: new RegExp(`[¥￥]\\s?(${number})`, "gu"),
    say: ([, sum = ""]) => `${amount(sum)}えん`,
  },
  { pattern: /(?<=\d)\s?[-–~〜～]\s?(?=\d)/gu, say: () => "から" },
  { pattern: /(?<![\p{L}\d])[-−](?=\d)/gu, say: () => "マイナス" },
  { pattern: /(?<![\d.])([12])人/gu, say: ([, count = ""]) => people[count] },
  {
    pattern: new RegExp(`(?<![A-Za-z\\d.])(${number})\\s?(${counter})(?![A-Za-z])`, "gu"),
    say: ([, value = "", sign = ""]) => `${amount(value)}${counters.get(sign)}`,
  },
  {
    pattern: new RegExp(`(?<![A-Za-z\\d.])(?:${number})(?!\\d)`, "gu"),
    say: ([value]) => amount(value),
  },
  { pattern: new RegExp(words, "gu"), say: ([word]) => kioskWords.get(word) },
];

function dated(month: string, day: string, year: string): string | undefined {
  const name = monthWords[Number(month) - 1];
  if (!name || Number(day) < 1 || Number(day) > 31) return undefined;
  return `${year}${name}${dayWords[Number(day)] ?? `${kana(day)}にち`}`;
}

function timeOfDay(hours: number, minutes: number): string {
  return `${hour(hours)}${minutes === 0 ? "" : minute(minutes)}`;
}
