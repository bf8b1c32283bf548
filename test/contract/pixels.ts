import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Bending,
  type Filmed,
  mosaicTiles,
  type Pixels,
  type Raster,
  tilePixels,
  tilesAcross,
} from "../../drivers/pixels/pixels.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";

const backdrop = [226, 229, 234] as const;

/** What every implementation keeps: what the reference says, of any size and content. */
export function pixelsContract(name: string, pixels: Pixels): void {
  const plain = plainPixels();

  /** Runs the same work on the same pictures twice and compares every byte of the result. */
  const same = (width: number, height: number, work: (pixels: Pixels, out: Raster) => void) => {
    const [due, came] = [picture(width, height, 7), picture(width, height, 7)];
    work(plain, due);
    work(pixels, came);
    assert.deepEqual(came.words, due.words);
  };

  test(`${name}: lay is the reference's, wherever the figure lies`, () => {
    const places = fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 }));
    fc.assert(
      fc.property(size, size, places, seed, ([w, h], [fw, fh], [left, top], at) => {
        const figure = filmed(picture(fw, fh, at));
        const behind = picture(w, h, at + 1);
        const marks = marksOf(w, h, at);
        same(w, h, (by, out) => by.lay(figure, behind, out, { left, top, marks }));
      }),
    );
  });

  test(`${name}: lay puts opaque pixels, the background, and what lies between`, () => {
    const figure = filmed(solid(3, 1, 0));
    figure.words.set([0xff102030, 0x00112233, 0x80eae5e2]);
    const behind = solid(3, 1, 0xff646464);
    const canvas = solid(3, 1, 0);
    pixels.lay(figure, behind, canvas, { left: 0, top: 0, marks: Uint8Array.of(1) });
    assert.deepEqual([...canvas.words.subarray(0, 2)], [0xff102030, 0xff646464]);
    assert.equal(canvas.words[2], 0xffa7a5a3);
  });

  test(`${name}: sample is the reference's`, () => {
    fc.assert(
      fc.property(size, size, seed, ([w, h], [fw, fh], at) => {
        const figure = filmed(picture(fw, fh, at));
        const random = noise(at + 3);
        const place = (end: number) => (random() % (end + 1)) - 1;
        const how = {
          columns: Int32Array.from({ length: w }, () => place(fw)),
          columnShares: Uint8Array.from({ length: w }, random),
          rows: Int32Array.from({ length: h }, () => place(fh)),
          rowShares: Uint8Array.from({ length: h }, random),
          marks: marksOf(w, h, at),
        };
        const behind = picture(w, h, at + 1);
        same(w, h, (by, out) => by.sample(figure, behind, out, how));
      }),
    );
  });

  test(`${name}: copy, upright and flipped, and mix are the reference's`, () => {
    fc.assert(
      fc.property(size, seed, fc.integer({ min: 0, max: 256 }), ([w, h], at, share) => {
        const [one, other] = [picture(w, h, at), picture(w, h, at + 1)];
        const marks = marksOf(w, h, at);
        same(w, h, (by, out) => by.copy(one, out, marks, false));
        same(w, h, (by, out) => by.copy(one, out, marks, true));
        same(w, h, (by, out) => by.mix(one, other, out, { share, marks }));
      }),
    );
  });

  test(`${name}: a flipped copy has its first row at the foot`, () => {
    const canvas = solid(2, 3, 0);
    pixels.copy({ ...canvas, words: Uint32Array.of(1, 2, 3, 4, 5, 6) }, canvas, marked(2, 3), true);
    assert.deepEqual([...canvas.words], [5, 6, 3, 4, 1, 2]);
  });

  test(`${name}: halve is the reference's and rounds`, () => {
    fc.assert(
      fc.property(size, seed, ([w, h], at) => {
        const from = picture(w + 2, h + 2, at);
        same((w + 2) >> 1, (h + 2) >> 1, (by, out) => by.halve(from, out));
      }),
    );
    const small = solid(1, 1, 0);
    pixels.halve({ words: Uint32Array.of(1, 2, 2, 2), width: 2, height: 2 }, small);
    assert.equal(small.words[0], 2);
  });

  test(`${name}: scatter is the reference's`, () => {
    fc.assert(
      fc.property(size, seed, ([w, h], at) => {
        const random = noise(at);
        const tiles = tilesAcross(w) * tilesAcross(h);
        const numbers = Uint16Array.from({ length: tiles }, (_, tile) => tile).filter(
          () => random() % 2 === 0,
        );
        const kinds = Uint8Array.from(numbers, () => random() % 3);
        const room = Math.ceil(tiles / mosaicTiles) * mosaicTiles * tilePixels ** 2;
        const colours = Uint8Array.from({ length: room * 4 }, random);
        const opacities = Uint8Array.from({ length: room }, random);
        same(w, h, (by, out) => by.scatter({ numbers, kinds, colours, opacities }, filmed(out)));
      }),
      { numRuns: 30 },
    );
  });

  test(`${name}: bend is the reference's, within and beyond the picture, lit or not`, () => {
    const origin = fc.integer({ min: -70, max: 70 });
    fc.assert(
      fc.property(size, origin, origin, seed, ([w, h], left, top, at) => {
        const patch = picture(19, 23, at);
        const how = bending(patch, { left, top, at });
        same(w, h, (by, out) => by.bend(out, patch, how, 1));
        same(w, h, (by, out) => by.bend(out, patch, { ...how, light: undefined }, 0));
      }),
    );
  });

  test(`${name}: what does not fit is a RangeError`, () => {
    const [canvas, small] = [solid(32, 32, 0), solid(16, 16, 0)];
    const marks = marked(32, 32);
    const how = bending(small, { left: 0, top: 0, at: 1 });
    const wrong = [
      () => pixels.copy(small, canvas, marks, false),
      () => pixels.copy(canvas, canvas, marked(16, 16), false),
      () => pixels.lay(filmed(small), small, canvas, { left: 0, top: 0, marks }),
      () => pixels.bend(canvas, small, how, 2),
      () => pixels.bend(canvas, canvas, how, 0),
      () => pixels.halve(canvas, canvas),
      () => pixels.scatter(tile(4), filmed(canvas)),
    ];
    for (const work of wrong) assert.throws(work, RangeError);
  });
}

function tile(number: number) {
  const side = mosaicTiles * tilePixels ** 2;
  const [colours, opacities] = [new Uint8Array(side * 4), new Uint8Array(side)];
  return { numbers: Uint16Array.of(number), kinds: Uint8Array.of(2), colours, opacities };
}

const size = fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 }));
const seed = fc.integer({ min: 1, max: 1e6 });

/** Whole and clear pixels in runs, as figures have them, and some of each opacity. */
function picture(width: number, height: number, at: number): Raster {
  const random = noise(at);
  const words = new Uint32Array(width * height);
  let alpha = 255;
  for (let pixel = 0; pixel < words.length; pixel++) {
    if (random() < 40) alpha = [0, 255, random()][random() % 3]!;
    words[pixel] = random() | (random() << 8) | (random() << 16) | (alpha << 24);
  }
  return { words, width, height };
}

function filmed(raster: Raster): Filmed {
  return { ...raster, backdrop };
}

function solid(width: number, height: number, word: number): Raster {
  return { words: new Uint32Array(width * height).fill(word), width, height };
}

function marked(width: number, height: number): Uint8Array {
  return new Uint8Array(tilesAcross(width) * tilesAcross(height)).fill(1);
}

function marksOf(width: number, height: number, at: number): Uint8Array {
  const random = noise(at + 5);
  return marked(width, height).map(() => random() & 1);
}

/** A mesh of 3 x 3 points whose cells turn, stretch and leave the patch. */
function bending(
  { width, height }: Raster,
  { left, top, at }: { left: number; top: number; at: number },
): Bending {
  const random = noise(at + 9);
  const points = Float32Array.from({ length: 2 * 9 * 2 }, (_, index) => {
    const span = index % 2 === 0 ? width : height;
    return (random() / 255) * span * 1.4 - span * 0.2;
  });
  const origins = Int16Array.of(left, top, left, top);
  const mask = Uint8Array.from({ length: width * height }, () => Math.max(0, random() * 2 - 255));
  const light = Int8Array.from({ length: 2 * 9 * 3 }, random);
  return { columns: 3, rows: 3, step: 16, origins, points, mask, light, backdrop };
}

/** Bytes that look random and are the same every time. */
function noise(start: number): () => number {
  let state = Math.imul(start + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8) & 255;
  };
}
