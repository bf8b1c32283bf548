import { clamped, mixWords, overBackground } from "./mixing.ts";
import type { Bending, Raster } from "./pixels.ts";

/** A line through a cell of the mesh, in 16.16: u, v, and what the light adds to three channels. */
interface Walk {
  readonly at: Int32Array;
  readonly step: Int32Array;
}

const walk: Walk = { at: new Int32Array(5), step: new Int32Array(5) };

/** `Pixels.bend` in plain words. */
export function bend(target: Raster, patch: Raster, how: Bending, frame: number): void {
  const { columns, rows, step, origins } = how;
  const left = origins[frame * 2]!;
  const top = origins[frame * 2 + 1]!;
  for (let line = 0; line < (rows - 1) * step; line++) {
    const y = top + line;
    if (y < 0 || y >= target.height) continue;
    const first = (frame * rows + Math.floor(line / step)) * columns;
    for (let column = 0; column < columns - 1; column++) {
      const x = left + column * step;
      const from = Math.max(0, x);
      const count = Math.min(target.width, x + step) - from;
      if (count <= 0) continue;
      aim(how, first + column, (line % step) / step, from - x);
      drawRun(target, patch, how, { at: y * target.width + from, count });
    }
  }
}

/** Sets the walk along a line of a cell: `share` of the way down, starting `skip` pixels in. */
function aim(how: Bending, point: number, share: number, skip: number): void {
  const { columns, step, points, light } = how;
  for (let axis = 0; axis < 5; axis++) {
    const values = axis < 2 ? points : light;
    if (values === undefined) break;
    const each = axis < 2 ? 2 : 3;
    const upper = point * each + (axis < 2 ? axis : axis - 2);
    const lower = upper + columns * each;
    const start = values[upper]! + (values[lower]! - values[upper]!) * share;
    const end = values[upper + each]! + (values[lower + each]! - values[upper + each]!) * share;
    const stride = (end - start) / step;
    walk.at[axis] = (start + skip * stride) * fixedOne;
    walk.step[axis] = stride * fixedOne;
  }
}

function drawRun(
  target: Raster,
  patch: Raster,
  how: Bending,
  run: { readonly at: number; readonly count: number },
): void {
  const { words, width, height } = patch;
  for (let pixel = run.at; pixel < run.at + run.count; pixel++, advance(how)) {
    const column = walk.at[0]! >> 16;
    const row = walk.at[1]! >> 16;
    if (column < 0 || row < 0 || column >= width - 1 || row >= height - 1) continue;
    const near = row * width + column;
    const across = (walk.at[0]! >> 8) & 255;
    const down = (walk.at[1]! >> 8) & 255;
    const share = maskAt(how.mask, near, width, [across, down]);
    if (share === 0) continue;
    const above = mixWords(words[near]!, words[near + 1]!, across);
    const below = mixWords(words[near + width]!, words[near + width + 1]!, across);
    const seen = lit(mixWords(above, below, down), how);
    const word = target.words[pixel]!;
    target.words[pixel] = mixWords(word, patched(seen, word, how), share);
  }
}

function advance({ light }: Bending): void {
  const axes = light === undefined ? 2 : 5;
  for (let axis = 0; axis < axes; axis++) walk.at[axis]! += walk.step[axis]!;
}

/** The mask between four of its pixels, as a share of 256. */
function maskAt(
  mask: Uint8Array,
  near: number,
  width: number,
  [across, down]: readonly [number, number],
): number {
  const above = mask[near]! * (256 - across) + mask[near + 1]! * across;
  const below = mask[near + width]! * (256 - across) + mask[near + width + 1]! * across;
  const value = (above * (256 - down) + below * down + 0x8000) >> 16;
  return value + (value >> 7);
}

function lit(word: number, { light }: Bending): number {
  if (light === undefined) return word;
  const red = clamped((word & 255) + ((walk.at[2]! + half) >> 16));
  const green = clamped(((word >>> 8) & 255) + ((walk.at[3]! + half) >> 16));
  const blue = clamped(((word >>> 16) & 255) + ((walk.at[4]! + half) >> 16));
  return red | (green << 8) | (blue << 16) | (word & ~colourMask);
}

/** A patch's pixel over a frame's: colours move as over any background, opacity adds up. */
function patched(seen: number, word: number, { backdrop }: Bending): number {
  const alpha = seen >>> 24;
  if (alpha === 255) return seen;
  const clear = (255 - alpha) * (255 - (word >>> 24));
  const opacity = 255 - ((clear * 257 + half) >> 16);
  return (overBackground(seen, word, alpha, backdrop) & colourMask) | (opacity << 24);
}

const fixedOne = 65_536;
const half = 0x8000;
const colourMask = 0x00ffffff;
