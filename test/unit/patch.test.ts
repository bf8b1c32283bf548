import assert from "node:assert/strict";
import { test } from "node:test";
import type { Raster } from "../../drivers/pixels/pixels.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { newCanvas, rasterOver } from "../../runtime/stage/raster.ts";
import { smallDraft, type TierDraft, tierFile, tierOf } from "./tier-file.ts";

const pixels = plainPixels();
const grey = 0xff808080;
const red = 0xff0000ff;

test("bend() draws the masked part of the patch where the mesh says", async () => {
  const painter = await painterOf({});
  const target = canvasOf(grey);
  painter.draw(target, patchOf(red), 0);
  const drawn = [...target.words.entries()].filter(([, word]) => word !== grey).map(([at]) => at);
  const due: number[] = [];
  for (let y = 2; y < 6; y++) for (let x = 10; x < 14; x++) due.push(y * 16 + x);
  assert.deepEqual(drawn, due);
  assert.ok(drawn.every((at) => target.words[at] === red));
});

test("bend() interpolates between patch pixels", async () => {
  const half = [0.5, 0, 6.5, 0, 0.5, 6, 6.5, 6];
  const painter = await painterOf({ points: half });
  const target = canvasOf(grey);
  const patch = patchOf(0xff000000);
  for (let y = 0; y < 6; y++) patch.words[y * 6 + 3] = 0xff0000c8;
  painter.draw(target, patch, 0);
  assert.equal(target.words[3 * 16 + 9 + 2]! & 255, 100);
  assert.equal(target.words[3 * 16 + 9 + 3]! & 255, 100);
  assert.equal(target.words[3 * 16 + 9 + 1]! & 255, 0);
});

test("bend() is cut off at the edges of the frame", async () => {
  for (const origin of [
    [-3, -3],
    [13, 5],
    [-30, 0],
    [0, 100],
  ] as const) {
    const painter = await painterOf({ origin });
    const target = canvasOf(grey);
    painter.draw(target, patchOf(red), 0);
    for (const [at, word] of target.words.entries()) {
      const x = (at % 16) - origin[0];
      const y = Math.floor(at / 16) - origin[1];
      const inside = x >= 1 && x < 5 && y >= 1 && y < 5;
      assert.equal(word, inside ? red : grey, `pixel ${x}, ${y} of the patch`);
    }
  }
});

test("bend() leaves the frame where the patch's matte is clear", async () => {
  const painter = await painterOf({});
  const target = canvasOf(grey);
  painter.draw(target, patchOf(0x00eae5e2), 0);
  assert.ok(target.words.every((word) => word === grey));
});

test("bend() adds the patch's opacity to the frame's", async () => {
  const painter = await painterOf({});
  const target = canvasOf(0x80eae5e2);
  painter.draw(target, patchOf(0x80bab5b2), 0);
  assert.equal(target.words[3 * 16 + 11]! >>> 24, 192);
  assert.equal(target.words[3 * 16 + 11]! & 255, 0xb2);
  assert.equal(target.words[0], 0x80eae5e2);
});

async function painterOf(change: Partial<TierDraft>) {
  const { idle, mouth, backdrop } = tierOf(await tierFile({ ...smallDraft(), ...change }));
  const how = { ...idle.mesh, mask: mouth.mask, backdrop };
  const draw = (target: Raster, patch: Raster, frame: number) =>
    pixels.bend(target, patch, how, frame);
  return { draw };
}

function canvasOf(word: number): Raster {
  const raster = rasterOver(newCanvas(16, 8));
  raster.words.fill(word);
  return raster;
}

function patchOf(word: number): Raster {
  const raster = rasterOver(newCanvas(6, 6));
  raster.words.fill(word);
  return raster;
}
