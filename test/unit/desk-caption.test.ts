import assert from "node:assert/strict";
import { test } from "node:test";
import { captionOf } from "../../runtime/desk/caption.ts";

test("captionOf() shows plain text as it is", () => {
  const { text, at } = captionOf({ kind: "text", text: "A < B" });
  assert.deepEqual([text, at(4)], ["A < B", 4]);
});

test("captionOf() shows what SSML has written, and finds every word of it", () => {
  const ssml =
    "<speak><p>Hello <mark name='a'/>dear &amp; near.</p><p>At <sub alias='nine'>9:00</sub>, " +
    "<phoneme ph='ba'>caf&#233;</phoneme><!-- no --><![CDATA[<x>]]></p></speak>";
  const { text, at } = captionOf({ kind: "ssml", text: ssml });
  assert.equal(text, "Hello dear & near. At 9:00, café<x> ");
  for (const word of ["Hello", "dear", "near", "At", "9:00", "caf", "<x>"]) {
    assert.equal(at(ssml.indexOf(word)), text.indexOf(word), word);
  }
  assert.equal(at(ssml.indexOf("&amp;")), text.indexOf("&"));
  assert.equal(at(ssml.indexOf("<sub")), text.indexOf("9:00"), "an element stands at its text");
});
