import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { sentencesOf } from "../../runtime/speech/sentences.ts";

const cases: readonly [lang: string, text: string, parts: readonly string[] | number][] = [
  ["en", "Hello there! How are you? Fine.", ["Hello there!", "How are you?", "Fine."]],
  ["en", "Dr. Lee lives in St. Ives. He is 3.5 m tall.", 2],
  ["en", "J. R. Smith came at 9 a.m. today. He left.", 2],
  ["en", 'He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]],
  ["en", "Wait... what? Version 2.0 is out.", ["Wait... what?", "Version 2.0 is out."]],
  ["en", "One line\n\nAnother line", ["One line", "Another line"]],
  ["en", "Really?! Yes.", ["Really?!", "Yes."]],
  ["cmn", "你好。欢迎光临！请问您需要什么？", ["你好。", "欢迎光临！", "请问您需要什么？"]],
  ["cmn", "他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]],
  ["ja", "こんにちは。お元気ですか？", ["こんにちは。", "お元気ですか？"]],
  ["de", "Am 5. Mai um 9 Uhr. Dr. Meier kommt z.B. am 3. Dezember.", 2],
  ["fr", "M. Dupont arrive à 9 h. Bienvenue !", ["M. Dupont arrive à 9 h.", "Bienvenue !"]],
  ["es", "¿Qué tal? ¡Bien! El Sr. Gil viene.", ["¿Qué tal?", "¡Bien!", "El Sr. Gil viene."]],
  ["pt", "O Sr. Silva chegou. Bom dia!", ["O Sr. Silva chegou.", "Bom dia!"]],
];

describe("sentencesOf()", () => {
  for (const [lang, text, parts] of cases) {
    test(`${lang}: ${text.replaceAll("\n", "⏎")}`, () => {
      const found = sentencesOf(text, lang).map(({ start, end }) => text.slice(start, end).trim());
      if (typeof parts === "number") assert.equal(found.length, parts, found.join(" | "));
      else assert.deepEqual(found, parts);
    });
  }

  test("pauses longer behind a paragraph, shorter behind a comma, not within a phrase", () => {
    const pauses = (text: string) => sentencesOf(text, "en").map(({ pauseMs }) => pauseMs);
    assert.deepEqual(pauses("One.\n\nTwo. Three"), [600, 350, 0]);
    const words = "and so on with many words ".repeat(4);
    assert.deepEqual(pauses(`${words.trim()}, ${words}until the end.`), [150, 350]);
    assert.deepEqual(pauses(`${words}${words}until the end.`), [0, 350]);
  });

  test("the first stretch is short enough to sound early, the others bounded", () => {
    const text = `${"word ".repeat(200)}. ${"字".repeat(300)}`;
    const widths = sentencesOf(text, "en").map(({ start, end }) =>
      [...text.slice(start, end)].reduce((sum, sign) => sum + (sign === "字" ? 3 : 1), 0),
    );
    assert.ok(widths[0]! <= 120, `${widths[0]}`);
    assert.ok(
      widths.every((width) => width <= 240 + 2),
      widths.join(),
    );
  });

  test("any text: stretches join, nothing is lost, no character is cut", () => {
    const bits = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "Hello. ",
        "好。",
        "\n\n",
        "9.30 ",
        "z.B. ",
        ", ",
        "𝄞",
        "... ",
        "word ".repeat(60),
      ),
    );
    const texts = fc.array(bits, { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom("en", "cmn", "de", "fr", "es", "pt", "ja"),
        (text, lang) => {
          const found = sentencesOf(text, lang);
          const joined = found.map(({ start, end }) => text.slice(start, end)).join("");
          assert.equal(joined, found.length === 0 ? "" : text);
          if (found.length === 0) assert.doesNotMatch(text, /[\p{L}\p{N}]/u);
          for (const { start, end } of found) {
            assert.ok(start < end);
            assert.equal(text.slice(start, end).isWellFormed(), true);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
