import assert from "node:assert/strict";
import { test } from "node:test";
import { type CutOut, changeBackground, stampOpacity } from "../../runtime/stage/matte.ts";
import { layOver, overBackground } from "../../runtime/stage/overlay.ts";
import { mixWords, newCanvas, type Raster, rasterOver } from "../../runtime/stage/raster.ts";
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

test("changeBackground() and layOver() draw the same picture", () => {
  const background = filled(rgb(10, 200, 60));
  const inPlace = smallFigure();
  changeBackground(inPlace, 0, background);
  const stamped = smallFigure();
  stampOpacity(stamped, 0);
  const canvas = filled(rgb(10, 200, 60));
  layOver(stamped.picture, backdrop, canvas, { left: 0, top: 0 });
  assert.deepEqual(canvas.words, inPlace.picture.words);
});

test("changeBackground() takes clear pixels from the background and leaves solid ones", () => {
  const figure = smallFigure();
  changeBackground(figure, 0, filled(rgb(10, 200, 60)));
  assert.equal(figure.picture.words[0], rgb(10, 200, 60));
  assert.equal(figure.picture.words[7], rgb(90, 40, 20));
});

test("layOver() is cut off at every edge of the canvas", () => {
  const stamped = smallFigure();
  stampOpacity(stamped, 0);
  for (const [left, top] of [
    [-5, -3],
    [5, 3],
    [-100, 0],
    [0, 100],
  ] as const) {
    const canvas = filled(rgb(1, 2, 3));
    layOver(stamped.picture, backdrop, canvas, { left, top });
    for (let at = 0; at < canvas.words.length; at++) {
      const x = (at % 8) - left;
      const y = Math.floor(at / 8) - top;
      const covered = x >= 4 && x < 8 && y >= 0 && y < 4;
      if (x < 3 || x >= 8 || y < 0 || y >= 4) assert.equal(canvas.words[at], rgb(1, 2, 3));
      if (covered) assert.equal(canvas.words[at], rgb(90, 40, 20));
    }
  }
});

test("mixWords() rounds each channel on its own and keeps equal words", () => {
  assert.equal(mixWords(0xff00ff00 | 0, 0xff00ff00 | 0, 77) >>> 0, 0xff00ff00);
  assert.equal(mixWords(rgb(0, 255, 10), rgb(255, 0, 20), 128) >>> 0, rgb(128, 128, 15));
  assert.equal(mixWords(rgb(0, 255, 10), rgb(255, 0, 20), 256) >>> 0, rgb(255, 0, 20));
});

/** 8 x 4: three clear columns, a mixed one, four solid ones of brown. */
function smallFigure(): CutOut {
  const alphas = [0, 0, 0, 100, 255, 255, 255, 255];
  const opacity = Uint8Array.from({ length: 32 }, (_, at) => alphas[at % 8]!);
  const picture = filled(0);
  for (const [at, alpha] of opacity.entries()) {
    picture.words[at] = rgb(...blend([90, 40, 20], backdrop, alpha));
  }
  const { runs, alphas: mixed } = encodeMatte(opacity, 8);
  const first = new Uint32Array(1);
  const matte = {
    runs: Uint16Array.from(runs),
    alphas: Uint8Array.from(mixed),
    firstRun: first,
    firstAlpha: first,
  };
  return { picture, matte, backdrop };
}

function filled(word: number): Raster {
  const raster = rasterOver(newCanvas(8, 4));
  raster.words.fill(word);
  return raster;
}

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
