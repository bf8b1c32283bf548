import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { languageOf } from "../../runtime/speech/language.ts";
import { normalise } from "../../runtime/speech/normalise.ts";
import type { Piece } from "../../runtime/speech/script.ts";

const english: readonly [written: string, read: string][] = [
  ["It costs $12.50.", "It costs 12 dollars and 50 cents."],
  ["$5 or $1,299.99", "5 dollars or 1,299 dollars and 99 cents"],
  ["$0.99, £1.01, $1", "99 cents, 1 pound and 1 penny, 1 dollar"],
  ["$2.5 million, $3m", "2.5 million dollars, 3 million dollars"],
  ["15.50 €, 30 USD, EUR 5.20", "15 euros and 50 cents, 30 dollars, 5 euros and 20 cents"],
  ["at 9:00 and 10:30", "at 9 o'clock and 10 30"],
  ["at 3:05 p.m. today", "at 3 oh 5 p.m. today"],
  ["14:00, 0:30, 24:00", "2 p.m., 12 30 a.m., midnight"],
  ["9:00-17:00", "9 o'clock to 5 p.m."],
  ["10:30–11:45", "10 30 to 11 45"],
  ["on 2024-05-01", "on May 1st, 20 24"],
  ["on 25/12/2023", "on December 25th, 20 23"],
  ["3 May 2008, Sept. 22", "May 3rd, 2008, September 22nd"],
  ["since 1999, in 1905, the 1990s", "since 19 99, in 19 oh 5, the 19 nineties"],
  ["5 km, 1 kg, -5 °C", "5 kilometers, 1 kilogram, minus 5 degrees Celsius"],
  ["60 km/h, 2.4 GHz", "60 kilometers per hour, 2.4 gigahertz"],
  ["+1 555-123-4567", "plus 1, 5 5 5, 1 2 3, 4 5 6 7"],
  ["(020) 7946 0958", "0 2 0, 7 9 4 6, 0 9 5 8"],
  ["3-5 days, Gate B12, COVID-19", "3 to 5 days, Gate B12, COVID-19"],
  ["Dr. Lee, St. James St.", "Doctor Lee, Saint James Street."],
  ["e.g. this, No. 5, #1, p. 7", "for example this, number 5, number 1, page 7"],
  ["1/2, 24/7, version 2.0.1", "one half, 24 7, version 2 dot 0 dot 1"],
  ["**Hi** 😀👩‍👩‍👧! https://example.com", "Hi ! example.com"],
  ["1,234 visitors, 25%, 1.5", "1,234 visitors, 25%, 1.5"],
  ["May I help? A score of 3:2.", "May I help? A score of 3:2."],
];

const chinese: readonly [written: string, read: string][] = [
  ["¥300，￥12.58，0.5元", "三百元，十二元五角八分，五角"],
  ["$5，¥1.5万，12.05元", "五美元，一点五万元，十二元零五分"],
  ["上午10:30，14:05，2:00", "上午十点三十分，十四点零五分，两点整"],
  ["2024年5月1日，2024-05-01", "二零二四年五月一日，二零二四年五月一日"],
  ["25%，1/2，3.14", "百分之二十五，二分之一，三点一四"],
  ["5km，-5℃，2公斤，100m²", "五公里，负五摄氏度，两公斤，一百平方米"],
  ["13800138000", "幺三八，零零幺三，八零零零"],
  ["010-12345678，拨打120", "零幺零，幺二三四五六七八，拨打幺二零"],
  ["会议室101，302房间，3楼", "会议室幺零幺，三零二房间，三楼"],
  ["第2名，2个，2月，3-5天", "第二名，两个，二月，三到五天"],
  ["10001，1010，2000，20000", "一万零一，一千零一十，两千，两万"],
  ["100000000，12，1,234", "一亿，十二，一千二百三十四"],
  ["B12，T2航站楼，007", "B12，T2航站楼，零零七"],
];

const german: readonly [written: string, read: string][] = [
  ["um 10:30 Uhr, 9:05, 14:00 Uhr", "um 10 Uhr 30, 9 Uhr 5, 14 Uhr"],
  ["12,50 €, 1.299,00 EUR", "12 Euro 50, 1.299 Euro"],
  ["10–12, 5 km, z.B. hier", "10 bis 12, 5 Kilometer, zum Beispiel hier"],
];

describe("normalise", () => {
  for (const [written, read] of english) {
    test(`en: ${written}`, () => {
      assert.equal(reading(written, "en-GB").text, read);
    });
  }

  for (const [written, read] of chinese) {
    test(`zh: ${written}`, () => {
      assert.equal(reading(written, "zh-CN").text, read);
    });
  }

  for (const [written, read] of german) {
    test(`de: ${written}`, () => {
      assert.equal(reading(written, "de-AT").text, read);
    });
  }

  test("month and day of a date follow the country", () => {
    const read = (lang: string) => reading("04/05/2024", lang).text;
    assert.equal(read("en-US"), "April 5th, 20 24");
    assert.equal(read("en-GB"), "May 4th, 20 24");
  });

  test("other languages keep their numbers", () => {
    const text = "Cela coûte 12,50 € à 10:30.";
    assert.equal(reading(text, "fr").text, text);
  });

  test("what is fixed stays, the text between is read", () => {
    const written = "At 9:00 or 9:00, $5";
    const fixed = { text: "9:00", start: 3, length: 4, isFixed: true };
    const pieces = [piece(written, 0, 3), fixed, piece(written, 7, written.length)];
    assert.equal(normalise(pieces, "en").text, "At 9:00 or 9 o'clock, 5 dollars");
  });

  test("words point into the original: of what was written out, to all of it", () => {
    const text = "Pay $12.50 at 9:00 😀 today";
    const read = reading(text, "en");
    const origin = (word: string) => {
      const { start, length } = read.origin(read.text.indexOf(word), word.length);
      return text.slice(start, start + length);
    };
    assert.equal(origin("Pay"), "Pay");
    assert.equal(origin("dollars"), "$12.50");
    assert.equal(origin("cents"), "$12.50");
    assert.equal(origin("o'clock"), "9:00");
    assert.equal(origin("today"), "today");
  });

  test("any text: places stay inside the original and never go back", () => {
    const bits = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...samples()));
    const texts = fc.array(bits, { maxLength: 6 }).map((parts) => parts.join(" "));
    fc.assert(fc.property(texts, fc.constantFrom("en", "zh", "de"), check), { numRuns: 300 });
  });
});

describe("language", () => {
  const of = (text: string, lang?: string, voice?: string) =>
    languageOf({ text, ...(lang && { lang }), ...(voice && { voice }) }, "en-us");

  test("is the one asked for, if the script fits", () => {
    assert.equal(of("Hello"), "en-us");
    assert.equal(of("Hello", "de"), "de");
    assert.equal(of("你好", "zh-TW"), "zh-TW");
    assert.equal(of("東京", "ja"), "ja");
  });

  test("follows a script that the language does not use", () => {
    assert.equal(of("你好，欢迎！Wi-Fi"), "cmn");
    assert.equal(of("你好", "en-US"), "cmn");
    assert.equal(of("今日は十時です"), "ja");
    assert.equal(of("안녕하세요", "de"), "ko");
    assert.equal(of("The word 你好 means hello"), "en-us");
  });

  test("a voice by name keeps its own", () => {
    assert.equal(of("你好", undefined, "en-us+f3"), "en-us");
  });
});

function samples(): string[] {
  return [...english, ...chinese].map(([written]) => written);
}

function check(text: string, lang: string): void {
  const read = reading(text, lang);
  let last = 0;
  for (let offset = 0; offset < read.text.length; offset++) {
    const { start, length } = read.origin(offset, 1);
    assert.ok(start >= last && length >= 1 && start + length <= text.length);
    last = start;
  }
}

function reading(text: string, lang: string) {
  return normalise([piece(text, 0, text.length)], lang);
}

function piece(text: string, start: number, end: number): Piece {
  return { text: text.slice(start, end), start, length: end - start, isFixed: false };
}
