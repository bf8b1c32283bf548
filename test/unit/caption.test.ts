import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CaptionRoom, layOutCaption, pageAt } from "../../runtime/stage/caption.ts";

/** Every character is 10 px wide. */
const room: CaptionRoom = { widthPx: 200, linesMax: 2, measure: (text) => [...text].length * 10 };

test("layOutCaption() wraps at words and starts a page with each sentence", () => {
  const pages = layOutCaption("Hello there, dear visitor. How are you?", room);
  assert.deepEqual(
    pages.map((page) => page.map((line) => line.text)),
    [["Hello there, dear", "visitor."], ["How are you?"]],
  );
});

test("layOutCaption() breaks Chinese between words, no line starts with punctuation", () => {
  const text = "欢迎光临我们的博物馆，请问今天我能为您做些什么呢？我们很高兴见到您！";
  const lines = layOutCaption(text, room).flat();
  assert(lines.length > 1);
  assert.equal(lines.map((line) => line.text).join(""), text);
  for (const line of lines) assert.doesNotMatch(line.text, /^[，。？！]/u);
});

test("layOutCaption() cuts a word that is wider than the room", () => {
  const lines = layOutCaption("x".repeat(45), room).flat();
  assert.deepEqual(
    lines.map((line) => line.text.length),
    [20, 20, 5],
  );
});

test("layOutCaption() loses no visible character and never overflows, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const lines = layOutCaption(text, room).flat();
      const seen = lines.map((line) => line.text).join("");
      assert.equal(seen.replace(/\s/gu, ""), text.replace(/\s/gu, ""));
      for (const line of lines) assert(line.start < line.end && line.end <= text.length);
    }),
  );
});

test("pageAt() gives the page that holds the word", () => {
  const pages = layOutCaption("One two. Three four.", room);
  assert.equal(pageAt(pages, 0)?.[0]?.text, "One two.");
  assert.equal(pageAt(pages, 8)?.[0]?.text, "One two.");
  assert.equal(pageAt(pages, 9)?.[0]?.text, "Three four.");
});
