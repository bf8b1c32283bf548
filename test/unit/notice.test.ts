import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { Notice } from "../../runtime/stage/notice.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";

const display = openDisplay(resolve("build/native"), "memory", { width: 360, height: 640 });
after(() => display[Symbol.dispose]());

const card = {
  title: "Not configured yet",
  lines: ["This kiosk is called kiosk and is at 192.0.2.7.", "词".repeat(60)],
  code: "frontdesk provision --device NAME",
};

test("a notice sets its lines inside its card, one below the other, beside the code", () => {
  const notice = new Notice(display);
  notice.show(card);
  const canvas = newCanvas(360, 640);
  const lines = notice.draw(canvas);
  const words = new Uint32Array(canvas.pixels.buffer);
  assert(lines.length > 4, `${lines.length} lines`);
  for (const [at, { text, x, y, sizePx }] of lines.entries()) {
    const right = x + display.measure(text, sizePx);
    assert(right < 360 && y + sizePx < 640, `"${text}" ends at ${right}, ${y + sizePx}`);
    assert.equal(words[y * 360 + x], 0xffffffff, `"${text}" begins on the card`);
    assert(y >= (lines[at - 1]?.y ?? 0) + (lines[at - 1]?.sizePx ?? 0));
  }
  assert(words.includes(0xff000000), "the code has dark modules");
});

test("without a card a notice touches nothing", () => {
  const notice = new Notice(display);
  notice.show(card);
  notice.show(undefined);
  const canvas = newCanvas(360, 640);
  assert.deepEqual(notice.draw(canvas), []);
  assert(canvas.pixels.every((value) => value === 0));
});
