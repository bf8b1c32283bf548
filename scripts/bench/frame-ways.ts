import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import sharp from "sharp";
import { openBytes } from "../../drivers/disk/memory.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { readTileFrames } from "../../runtime/avatar/tiles.ts";
import { TilePicture } from "../avatar/tile-picture.ts";
import { TileEncoder } from "../avatar/tiles.ts";
import { percentileOf } from "./figure-line.ts";
import { spentMs } from "./steps.ts";
import { tilePlayer } from "./tile-player.ts";
import type { Loop, WayCost } from "./way-cost.ts";

/** As the packer codes them. */
const quality = 80;
const deadBand = 5;
const pictures = sharpPictures();

/** Each frame a JPEG, the opacity as a grey one. */
export async function jpegWay(loop: Loop): Promise<WayCost> {
  const { width, height, frames } = loop;
  const files = await Promise.all(
    frames.map(async ({ rgb, alpha }) => ({
      rgb: await still(rgb, 3, loop).jpeg({ quality }).toBuffer(),
      alpha: await still(alpha, 1, loop).jpeg({ quality }).toBuffer(),
    })),
  );
  const [rgba, grey] = [new Uint8Array(width * height * 4), new Uint8Array(width * height)];
  const show = (frame: number): void => {
    pictures.decodeFrame(files[frame]!.rgb, width, height, rgba);
    pictures.decodeOpacity(files[frame]!.alpha, width, height, grey);
  };
  const off = () => levelsOff(loop, (at) => rgba[at]!);
  const packageMb = megabytes(files.map((file) => file.rgb.length + file.alpha.length));
  return { way: "JPEG", ...(await played(loop, show, off)), packageMb, memoryMb: 0.1 };
}

/** Only tiles that change, as mosaics in JPEG: what packages hold. */
export async function tilesWay(loop: Loop): Promise<WayCost> {
  const encoder = new TileEncoder({ ...loop, quality, deadBand, loops: true });
  for (const { rgb, alpha } of loop.frames) await encoder.add(rgb, alpha);
  const { steps, keys } = await encoder.finish();
  const blobs = [...steps, ...keys.map(([, blob]) => blob)];
  let at = 0;
  const spans = blobs.map((blob): [number, number] => {
    at += blob.length;
    return [at - blob.length, blob.length];
  });
  const layout = {
    encoding: "tiles",
    steps: spans.slice(0, steps.length),
    keys: keys.map(([frame], index) => [frame, spans[steps.length + index]!]),
  };
  const stretch = Stretch.of(openBytes(Buffer.concat(blobs)));
  const player = await tilePlayer(atOnce(readTileFrames("loop", layout, stretch, loop)), loop);
  const off = () => levelsOff(loop, (index) => player.bytes[index]!);
  const costs = await played(loop, (frame) => player.show(frame), off);
  const memoryMb = 2.5 + (steps.length * 1.5) / 1000;
  return {
    way: "tiles in JPEG",
    ...costs,
    packageMb: megabytes(spans.map(([, n]) => n)),
    memoryMb,
  };
}

/** The same tiles without loss, each frame one zstd frame; a jump starts from frame 0. */
export async function zstdWay(loop: Loop): Promise<WayCost> {
  const { width, height, frames } = loop;
  const picture = new TilePicture(loop);
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 9 } };
  const steps = frames.map(({ rgb, alpha }) => {
    const tiles = picture.take(rgb, alpha, deadBand);
    const bytes = Buffer.concat(tiles.flatMap((tile) => [tile.rgb, tile.alpha]));
    return { numbers: tiles.map((tile) => tile.number), packed: zstdCompressSync(bytes, level) };
  });
  const rgba = new Uint8Array(width * height * 4);
  let last = -1;
  const show = (frame: number): void => {
    for (let at = frame === last + 1 ? frame : 0; at <= frame; at++) {
      scatter(rgba, width, height, { ...steps[at]!, bytes: zstdDecompressSync(steps[at]!.packed) });
    }
    last = frame;
  };
  const off = () => levelsOff(loop, (at) => rgba[at]!);
  const packageMb = megabytes(steps.map(({ packed }) => packed.length));
  return { way: "tiles in zstd", ...(await played(loop, show, off)), packageMb, memoryMb: 3 };
}

/** Each frame a WebP file with its opacity. */
export async function webpWay(loop: Loop): Promise<WayCost> {
  const files = await Promise.all(
    loop.frames.map(({ rgb, alpha }) =>
      still(rgb, 3, loop)
        .joinChannel(Buffer.from(alpha), {
          raw: { width: loop.width, height: loop.height, channels: 1 },
        })
        .webp({ quality })
        .toBuffer(),
    ),
  );
  let rgba: Uint8Array = new Uint8Array(0);
  const show = async (frame: number): Promise<void> => {
    rgba = await sharp(files[frame]!).ensureAlpha().raw().toBuffer();
  };
  const off = () => levelsOff(loop, (at) => rgba[at]!);
  const costs = await played(loop, show, off);
  const packageMb = megabytes(files.map((file) => file.length));
  return { way: "WebP", ...costs, packageMb, memoryMb: 3.7 };
}

type Show = (frame: number) => void | Promise<void>;

/** Plays the loop twice onward, then jumps about: medians, and how far the last frame is off. */
async function played(loop: Loop, show: Show, off: () => number) {
  const count = loop.frames.length;
  const onward = Array.from({ length: 2 * count }, (_, round) => round % count);
  const next = (await times(onward, show)).filter((_, round) => onward[round] !== 0);
  const levels = off();
  const jumps = Array.from({ length: count }, (_, round) => (round * 17 + 5) % count);
  const [nextMs, jumpMs] = [next, await times(jumps, show)].map((ms) => percentileOf(ms, 0.5));
  return { nextMs: nextMs!, jumpMs: jumpMs!, levels };
}

async function times(order: readonly number[], show: Show): Promise<number[]> {
  const spent: number[] = [];
  for (const frame of order) {
    const startMs = spentMs();
    await show(frame);
    spent.push(spentMs() - startMs);
  }
  return spent;
}

function scatter(
  rgba: Uint8Array,
  width: number,
  height: number,
  { numbers, bytes }: { readonly numbers: readonly number[]; readonly bytes: Uint8Array },
): void {
  const across = Math.ceil(width / 16);
  for (const [index, number] of numbers.entries()) {
    const [left, top] = [(number % across) * 16, Math.floor(number / across) * 16];
    const base = index * 1024;
    for (let pixel = 0; pixel < 256; pixel++) {
      const [x, y] = [left + (pixel & 15), top + (pixel >> 4)];
      if (x >= width || y >= height) continue;
      const to = (y * width + x) * 4;
      for (let tone = 0; tone < 3; tone++) rgba[to + tone] = bytes[base + pixel * 3 + tone]!;
      rgba[to + 3] = bytes[base + 768 + pixel]!;
    }
  }
}

/** Of the last frame, where something of the figure is. */
export function levelsOff({ frames }: Loop, byteAt: (at: number) => number): number {
  const { rgb, alpha } = frames.at(-1)!;
  let squares = 0;
  let count = 0;
  for (const [at, opacity] of alpha.entries()) {
    if (opacity < 128) continue;
    count += 3;
    for (let tone = 0; tone < 3; tone++) {
      squares += (byteAt(at * 4 + tone) - rgb[at * 3 + tone]!) ** 2;
    }
  }
  return Math.sqrt(squares / count);
}

function still(bytes: Uint8Array, channels: 1 | 3, { width, height }: Loop) {
  return sharp(bytes, { raw: { width, height, channels } });
}

function megabytes(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0) / 1e6;
}
