import assert from "node:assert/strict";
import { resolve } from "node:path";
import { after, test } from "node:test";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { licenceNotice } from "../../runtime/content/licence/words.ts";
import { Changed } from "../../runtime/stage/changed.ts";
import { Imprint } from "../../runtime/stage/imprint.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import { captionTop, plainStyle } from "../../runtime/stage/subtitle.ts";

const sizes = [
  { width: 360, height: 640 },
  { width: 1280, height: 720 },
] as const;
const display = openDisplay(resolve("build/native"), "memory", sizes[0]);
after(() => display[Symbol.dispose]());

test("an imprint stands within the safe area, above the captions, and is small", () => {
  for (const { width, height } of sizes) {
    for (const layout of ["full", "left", "right"] as const) {
      for (const lang of ["en", "de", "pt", "zh", "ja", "ko"]) {
        const imprint = new Imprint();
        imprint.style = { ...plainStyle, layout };
        imprint.show(licenceNotice("expired", lang));
        const canvas = newCanvas(width, height);
        canvas.pixels.fill(255);
        const [line] = imprint.draw(canvas, display);
        const { left, top, right, bottom, area } = dimmedBox(canvas);
        const edge = Math.round(Math.min(width, height) * 0.05);
        const where = `${width}x${height} ${layout} ${lang}`;
        assert(left >= edge && right <= width - edge, `${where}: ${left} to ${right}`);
        assert(bottom <= captionTop({ width, height }, plainStyle), where);
        assert(area < 0.02 * width * height, `${where}: ${area} pixels`);
        const wide = display.measure(line!.text, line!.sizePx);
        assert(line!.x > left && line!.x + wide < right, `${where}: the line on its bar`);
        assert(line!.y >= top && line!.y + line!.sizePx <= bottom, where);
        assert.equal(left === edge, layout !== "right", `${where}: away from the code`);
      }
    }
  }
});

test("what an imprint covers is painted anew for the next picture", () => {
  const changed = new Changed(sizes[0]);
  const canvas = { ...newCanvas(360, 640), changed };
  const imprint = new Imprint();
  assert.deepEqual(imprint.draw(canvas, display), []);
  assert(changed.marks.every((mark) => mark === 0));
  imprint.show("Licence expired");
  imprint.draw(canvas, display);
  changed.next();
  assert(changed.marks.some((mark) => mark === 1));
  imprint.show("");
  changed.next();
  assert.deepEqual(imprint.draw(canvas, display), []);
  assert(changed.marks.every((mark) => mark === 0));
});

function dimmedBox({ pixels, width, height }: ReturnType<typeof newCanvas>) {
  let [left, top, right, bottom, area] = [width, height, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[(y * width + x) * 4] === 255) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      area++;
    }
  }
  return { left, top, right, bottom, area };
}
