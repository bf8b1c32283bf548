import assert from "node:assert/strict";
import { test } from "node:test";
import sharp, { type Sharp } from "sharp";
import type { Pictures } from "../../drivers/picture/picture.ts";

/** What every implementation of Pictures keeps. */
export function picturesSuite(name: string, pictures: Pictures): void {
  test(`${name}: decodeFrame() fills the buffer with the picture, top row first`, async () => {
    const jpeg = await quarters(64, 32).jpeg({ quality: 95 }).toBuffer();
    const rgba = new Uint8Array(64 * 32 * 4);
    pictures.decodeFrame(jpeg, 64, 32, rgba);
    assertQuarters(rgba, 64, 32);
  });

  test(`${name}: decodeFrame() fills memory that threads share, and a part of it`, async () => {
    const jpeg = await quarters(64, 32).jpeg({ quality: 95 }).toBuffer();
    const shared = new Uint8Array(new SharedArrayBuffer(64 * 32 * 4 + 100));
    pictures.decodeFrame(jpeg, 64, 32, shared.subarray(50, 50 + 64 * 32 * 4));
    assertQuarters(shared.subarray(50), 64, 32);
    assert.deepEqual([shared[49], shared[50 + 64 * 32 * 4]], [0, 0]);
  });

  test(`${name}: decodeOpacity() fills a byte a pixel with the levels of greys`, async () => {
    const grey = new Uint8Array(64 * 32 * 4).fill(255).map((byte, at) => (at % 4 < 3 ? 90 : byte));
    const file = await pictures.jpeg(grey, { width: 64, height: 32 }, 95, 1);
    const levels = new Uint8Array(64 * 32);
    pictures.decodeOpacity(file, 64, 32, levels);
    assert.ok(levels.every((level) => Math.abs(level - 90) <= 2));
    assert.throws(() => pictures.decodeOpacity(file, 64, 31, levels), RangeError);
    assert.throws(() => pictures.decodeOpacity(file, 32, 64, levels), RangeError);
  });

  test(`${name}: decodeFrame() names the size that came and the size that was due`, async () => {
    const jpeg = await quarters(64, 32).jpeg().toBuffer();
    for (const [width, height] of [
      [32, 64],
      [64, 64],
      [32, 32],
    ] as const) {
      const decode = () =>
        pictures.decodeFrame(jpeg, width, height, new Uint8Array(width * height * 4));
      assert.throws(decode, {
        name: "RangeError",
        message: `Cannot decode frame: 64x32 came, ${width}x${height} was due`,
      });
    }
  });

  test(`${name}: decodeFrame() refuses what is no JPEG, half of one, a short buffer`, async () => {
    const jpeg = await quarters(64, 32).jpeg().toBuffer();
    const rgba = new Uint8Array(64 * 32 * 4);
    const bad = [new Uint8Array(0), Buffer.from("not a picture"), jpeg.subarray(0, 100)];
    for (const file of bad) {
      assert.throws(() => pictures.decodeFrame(file, 64, 32, rgba), RangeError);
    }
    assert.throws(() => pictures.decodeFrame(jpeg, 64, 32, rgba.subarray(4)), RangeError);
  });

  test(`${name}: cover() fills the size and cuts what is over, from every format`, async () => {
    const source = quarters(128, 64);
    const files = [source.clone().jpeg(), source.clone().png(), source.clone().webp()];
    for (const file of files) {
      const rgba = await pictures.cover(await file.toBuffer(), 32, 32);
      assert.equal(rgba.length, 32 * 32 * 4);
      assertQuarters(rgba, 32, 32);
    }
  });

  test(`${name}: fit() keeps the proportions and the opacity, of an SVG as of pixels`, async () => {
    const clear = await quarters(128, 64).ensureAlpha(0.5).png().toBuffer();
    const fitted = await pictures.fit(clear, 64, 64);
    assert.deepEqual([fitted.width, fitted.height], [64, 32]);
    assert.equal(fitted.pixels.length, 64 * 32 * 4);
    assert.ok(Math.abs(fitted.pixels[3]! - 128) <= 1, `opacity ${fitted.pixels[3]}`);
    const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20">
      <rect width="10" height="20" fill="#ff0000"/></svg>`;
    const drawn = await pictures.fit(Buffer.from(drawing), 40, 40);
    assert.deepEqual([drawn.width, drawn.height], [20, 40]);
    assert.deepEqual([...drawn.pixels.subarray(0, 4)], [255, 0, 0, 255]);
    await assert.rejects(pictures.fit(Buffer.from("not a picture"), 8, 8));
  });

  test(`${name}: jpeg() writes what decodeFrame() reads, at the share asked for`, async () => {
    const rgba = new Uint8Array(await quarters(64, 32).ensureAlpha().raw().toBuffer());
    const file = await pictures.jpeg(rgba, { width: 64, height: 32 }, 95, 0.5);
    const half = new Uint8Array(32 * 16 * 4);
    pictures.decodeFrame(file, 32, 16, half);
    assertQuarters(half, 32, 16);
  });

  test(`${name}: cover() rejects what is no picture`, async () => {
    await assert.rejects(pictures.cover(Buffer.from("not a picture"), 8, 8));
  });

  test(`${name}: png() writes exactly the pixels it was given`, async () => {
    const rgba = Uint8Array.from({ length: 16 * 8 * 4 }, (_, index) => (index * 37) & 255);
    const file = await pictures.png(rgba, 16, 8);
    const read = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([read.info.width, read.info.height, read.info.channels], [16, 8, 4]);
    assert.deepEqual(new Uint8Array(read.data), rgba);
  });
}

const colours = [
  [
    [220, 30, 30],
    [30, 200, 30],
  ],
  [
    [30, 30, 220],
    [240, 240, 240],
  ],
] as const;

/** Red and green above blue and white. */
function quarters(width: number, height: number): Sharp {
  const rgb = new Uint8Array(width * height * 3);
  for (let index = 0; index < width * height; index++) {
    rgb.set(quarter(index % width, Math.floor(index / width), width, height), index * 3);
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

function quarter(x: number, y: number, width: number, height: number): readonly number[] {
  return colours[y < height / 2 ? 0 : 1][x < width / 2 ? 0 : 1];
}

function assertQuarters(rgba: Uint8Array, width: number, height: number): void {
  for (const x of [Math.round(width / 4), Math.round((3 * width) / 4)]) {
    for (const y of [Math.round(height / 4), Math.round((3 * height) / 4)]) {
      const at = (y * width + x) * 4;
      const due = [...quarter(x, y, width, height), 255];
      const off = due.map((value, channel) => Math.abs(value - rgba[at + channel]!));
      assert.ok(Math.max(...off) <= 6, `pixel ${x},${y} is off by ${off}`);
    }
  }
}
