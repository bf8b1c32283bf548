import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import { languageOf } from "../../runtime/speech/language.ts";
import { normalise } from "../../runtime/speech/normalise.ts";
import type { Piece } from "../../runtime/speech/script.ts";
import { sentencesOf } from "../../runtime/speech/sentences.ts";

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
  ["Mon-Fri 9am-5pm, Sat & Sun", "Monday to Friday 9 a.m. to 5 p.m., Saturday and Sunday"],
  ["Mon. 9:00, 10am–6pm", "Monday 9 o'clock, 10 a.m. to 6 p.m."],
  ["Room 101, Gate 300, Flight LH 456", "Room 1 oh 1, Gate 3 hundred, Flight LH 4 56"],
  ["call 911, ext. 12, 555.123.4567", "call 9 1 1, extension 12, 5 5 5, 1 2 3, 4 5 6 7"],
  ["1-800-555-1234", "1, 8 0 0, 5 5 5, 1 2 3 4"],
  ["January 2024, 2023/12/25, the '90s", "January 20 24, December 25th, 20 23, the nineties"],
  ["Louis XIV, Chapter IV, Elizabeth II", "Louis the fourteenth, Chapter 4, Elizabeth the second"],
  ["I am in IT, the XL size", "I am in IT, the XL size"],
  ["2 1/2 hours, 3 hrs, 3 mi, 2 lbs", "2 and a half hours, 3 hours, 3 miles, 2 pounds"],
  ["5'10\", 6 ft 2 in, ~5", "5 foot 10, 6 foot 2, about 5"],
  ["pp. 3-5, w/ card, 5th Ave", "pages 3 to 5, with card, 5th Avenue"],
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
  ["B12，T2航站楼，007", "B 十二，T 二航站楼，零零七"],
  ["上午9:00-下午5:00，9:30-17:00", "上午九点整到下午五点整，九点三十分到十七点整"],
  ["VIP通道，USB，A4纸，WiFi", "V I P通道，U S B，A 四纸，歪fai1"],
  ["比分3:2，16:9", "比分三比二，十六比九"],
  ["5/1开馆，1/3", "五月一日开馆，三分之一"],
  ["B1层，3F，No.5", "地下一层，三楼，五号"],
  ["12306，G123次，CA1234", "幺二三零六，G 幺二三次，C A 幺二三四"],
  ["￥99/人，≥18，10+", "九十九元每人，大于等于十八，十多"],
];

const german: readonly [written: string, read: string][] = [
  ["um 10:30 Uhr, 9:05, 14:00 Uhr", "um 10 Uhr 30, 9 Uhr 5, 14 Uhr"],
  ["12,50 €, 1.299,00 EUR", "12 Euro 50, 1299 Euro"],
  ["10–12, 5 km, z.B. hier", "10 bis 12, 5 Kilometer, zum Beispiel hier"],
  ["am 5.12.2023, der 1. Mai", "am fünften Dezember 2023, der erste Mai"],
  [
    "25. Dezember 1999, im 2. Stock",
    "fünfundzwanzigster Dezember neunzehnhundert 99, im zweiten Stock",
  ],
  ["seit 1984, 1 €, 0,99 €, $5", "seit neunzehnhundert 84, ein Euro, 99 Cent, 5 Dollar"],
  ["3 Mio. €, 9-17 Uhr", "3 Millionen Euro, 9 bis 17 Uhr"],
  ["Tel. 030 1234567", "Telefon 0 3 0, 1 2 3 4 5 6 7"],
  ["-5 °C, 1/2, ca. 5 Min.", "minus 5 Grad Celsius, ein halb, zirka 5 Minuten"],
  ["Mo–Fr, am 24.12. zu", "Montag bis Freitag, am vierundzwanzigsten Dezember zu"],
  ["Bis 24.12. Danach nicht.", "Bis vierundzwanzigsten Dezember. Danach nicht."],
  ["Dr. Meier, Hauptstr. 7, Nr. 5", "Doktor Meier, Hauptstraße 7, Nummer 5"],
];

const french: readonly [written: string, read: string][] = [
  ["12,50 €, 1 €, 0,99 €", "12 euros 50, un euro, 99 centimes"],
  ["1 299,00 €, 3 M€, $5", "1299 euros, 3 millions d'euros, 5 dollars"],
  ["le 25/12/2023, 2024-05-01", "le 25 décembre 2023, premier mai 2024"],
  ["14h30, 9h, 1h, 21:00", "14 heures 30, 9 heures, une heure, vingt et une heures"],
  ["9h-17h, 3-5 jours", "9 heures à 17 heures, 3 à 5 jours"],
  ["0123456789, 01.23.45.67.89", "01 23 45 67 89, 01 23 45 67 89"],
  ["-5 °C, 100 m², 3,5 kg", "moins 5 degrés Celsius, 100 mètres carrés, 3,5 kilos"],
  ["le 2e étage, 1er mai, 3/4", "le deuxième étage, 1er mai, trois quarts"],
  ["lun.-ven. 9h, Tél. : 01 42", "lundi à vendredi 9 heures, Téléphone : 01 42"],
  ["M. Dupont, n° 5, p. ex. ici", "Monsieur Dupont, numéro 5, par exemple ici"],
];

const spanish: readonly [written: string, read: string][] = [
  ["12,50 €, 1 €, 1.299,00 €", "12 euros con 50, un euro, 1299 euros"],
  ["el 25/12/2023, 1/5/2024", "el 25 de diciembre de 2023, primero de mayo de 2024"],
  ["a las 9:00 h, 14:30, la 1:15", "a las 9 en punto, 14 y 30, la una y 15"],
  ["+34 911 234 567", "+ 3 4, 9 1 1, 2 3 4, 5 6 7"],
  ["2.º piso, 1.ª planta, 3º piso", "segundo piso, primera planta, tercer piso"],
  ["60 km/h, -5 °C", "60 kilómetros por hora, menos 5 grados centígrados"],
  ["Sr. López, Tom & Ana, n.º 5", "Señor López, Tom y Ana, número 5"],
  ["L-V de 9:00 a 17:30 h. Tel.: 91", "lunes a viernes de 9 en punto a 17 y 30. Teléfono: 91"],
];

const portuguese: readonly [written: string, read: string][] = [
  ["R$ 12,50, R$ 1,00, R$ 1.299,00", "12 reais e 50 centavos, um real, 1299 reais"],
  ["12,50 €, 0,99 €", "12 euros e 50 cêntimos, 99 cêntimos"],
  ["25/12/2023, 14h30, 2h", "25 de dezembro de 2023, 14 horas e 30, duas horas"],
  ["(11) 1234-5678", "1 1, 1 2 3 4, 5 6 7 8"],
  ["Sr. Silva, Dra. Ana, n.º 5", "Senhor Silva, Doutora Ana, número 5"],
];

const japanese: readonly [written: string, read: string][] = [
  ["12,500円、¥300、5%", "いちまんにせんごひゃくえん、さんびゃくえん、ごパーセント"],
  ["2023年12月24日", "にせんにじゅうさんねんじゅうにがつにじゅうよっか"],
  ["午後2時30分、9時半、14:05", "ごごにじさんじゅっぷん、くじはん、じゅうよじごふん"],
  ["03-1234-5678", "ゼロさん、いちにさんよん、ごろくななはち"],
  ["2人、10,000人、3階", "ふたり、いちまんにん、さんかい"],
  ["こんにちは、美術館は10時に開館します", "こんにちわ、びじゅつかんわじゅうじにかいかんします"],
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

  const others = { fr: french, es: spanish, pt: portuguese, ja: japanese };
  for (const [lang, examples] of Object.entries(others)) {
    for (const [written, read] of examples) {
      test(`${lang}: ${written}`, () => assert.equal(reading(written, lang).text, read));
    }
  }

  test("month and day of a date follow the country", () => {
    const read = (lang: string) => reading("04/05/2024", lang).text;
    assert.equal(read("en-US"), "April 5th, 20 24");
    assert.equal(read("en-GB"), "May 4th, 20 24");
  });

  test("a language without rules keeps its numbers", () => {
    const text = "Costa 12,50 € alle 10:30.";
    assert.equal(reading(text, "it").text, text);
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

  test("a full text of one sign over and over is read like any other", () => {
    for (const lang of ["en", "zh", "de", "fr", "es", "pt", "ja"]) {
      for (const sign of ["a", "1", " ", "_ ", "1.", "-1", "你", "A.", "\n", "(1)", "1,234."]) {
        const text = sign.repeat(limits.textBytesMax / 4 / sign.length);
        const { text: read } = reading(text, lang);
        assert.ok(sentencesOf(read, lang).length <= text.length);
      }
    }
  });

  test("any text: places stay inside the original and never go back", () => {
    const bits = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...samples()));
    const texts = fc.array(bits, { maxLength: 6 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(texts, fc.constantFrom("en", "zh", "de", "fr", "es", "pt", "ja"), check),
      { numRuns: 300 },
    );
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
  const all = [
    ...english,
    ...chinese,
    ...german,
    ...french,
    ...spanish,
    ...portuguese,
    ...japanese,
  ];
  return all.map(([written]) => written);
}

/** Every letter is said or stands within what was written out; the scheme of an address is not. */
function check(text: string, lang: string): void {
  const read = reading(text, lang);
  const said = new Set<number>();
  for (let offset = 0; offset < read.text.length; offset++) {
    const { start, length } = read.origin(offset, 1);
    for (let at = start; at < start + length; at++) said.add(at);
  }
  for (const { index, 0: letter } of text
    .replaceAll(/https?:/giu, (scheme) => "#".repeat(scheme.length))
    .matchAll(/\p{L}/gu)) {
    assert.ok(said.has(index), `${letter} at ${index} of ${JSON.stringify(text)} is lost`);
  }
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
