import assert from "node:assert/strict";
import { test } from "node:test";
import { mixWords, overBackground } from "../../drivers/pixels/mixing.ts";
import { stampOpacity } from "../../runtime/stage/matte.ts";
import { newCanvas, rasterOver } from "../../runtime/stage/raster.ts";
import { encodeMatte } from "../../scripts/avatar/runs.ts";

const backdrop = [226, 229, 234] as const;
const backdropWord = rgb(...backdrop);

test("overBackground() changes nothing over the backdrop itself", () => {
  for (let alpha = 0; alpha <= 255; alpha++) {
    const word = overBackground(rgb(1, 128, 255), backdropWord, alpha, backdrop);
    assert.equal(word >>> 0, rgb(1, 128, 255));
  }
});

test("overBackground() is the figure over the new background", () => {
  for (const alpha of [0, 1, 64, 128, 200, 254, 255]) {
    const seen = blend([90, 40, 20], backdrop, alpha);
    const due = blend([90, 40, 20], [10, 200, 60], alpha);
    const came = channels(overBackground(rgb(...seen), rgb(10, 200, 60), alpha, backdrop));
    for (const [at, level] of came.entries()) {
      assert.ok(Math.abs(level - due[at]!) <= 1, `opacity ${alpha}: ${came}, ${due} is due`);
    }
  }
});

test("stampOpacity() writes the frame's own matte and leaves the colours", () => {
  const opacity = Uint8Array.from({ length: 64 }, (_, at) => [0, 100, 255, 255][at % 4]!);
  opacity.fill(7, 32);
  const { runs, alphas } = encodeMatte(opacity, 8);
  const half = encodeMatte(opacity.subarray(0, 32), 8);
  const matte = {
    runs: Uint16Array.from(runs),
    alphas: Uint8Array.from(alphas),
    firstRun: Uint32Array.of(0, half.runs.length),
    firstAlpha: Uint32Array.of(0, half.alphas.length),
  };
  for (const frame of [0, 1]) {
    const picture = rasterOver(newCanvas(8, 4));
    picture.words.fill(rgb(90, 40, 20));
    stampOpacity(picture, matte, frame);
    const due = opacity.subarray(frame * 32, frame * 32 + 32);
    assert.deepEqual(
      [...picture.words].map((word) => word >>> 24),
      [...due],
    );
    assert.ok(picture.words.every((word) => (word & 0xffffff) === (rgb(90, 40, 20) & 0xffffff)));
  }
});

test("mixWords() rounds each channel on its own and keeps equal words", () => {
  assert.equal(mixWords(0xff00ff00 | 0, 0xff00ff00 | 0, 77) >>> 0, 0xff00ff00);
  assert.equal(mixWords(rgb(0, 255, 10), rgb(255, 0, 20), 128) >>> 0, rgb(128, 128, 15));
  assert.equal(mixWords(rgb(0, 255, 10), rgb(255, 0, 20), 256) >>> 0, rgb(255, 0, 20));
});

type Colour = readonly [red: number, green: number, blue: number];

function blend(figure: Colour, behind: Colour, alpha: number): [number, number, number] {
  const level = (at: 0 | 1 | 2) =>
    Math.round((figure[at] * alpha + behind[at] * (255 - alpha)) / 255);
  return [level(0), level(1), level(2)];
}

function rgb(red: number, green: number, blue: number): number {
  return (red | (green << 8) | (blue << 16) | 0xff000000) >>> 0;
}

function channels(word: number): number[] {
  return [word & 255, (word >>> 8) & 255, (word >>> 16) & 255];
}
