import type { Canvas } from "./canvas.ts";

/**
 * Pixels as 32-bit words, red in the lowest byte (all hosts are little endian), so that one
 * operation moves a pixel and two can blend it.
 */
export interface Raster {
  readonly words: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** The same memory, seen as words; the canvas's pixels must start at a multiple of four bytes. */
export function rasterOver({ pixels, width, height }: Canvas): Raster {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  return { words, width, height };
}

export function newCanvas(width: number, height: number): Canvas {
  return { pixels: new Uint8Array(width * height * 4), width, height };
}

/**
 * Two channels of a word at once: each stands in 16 bits, so that products with a weight of up to
 * 256 never touch their neighbour. Even: red and blue; odd (after `>>> 8`): green and alpha.
 */
export const laneMask = 0x00ff00ff;

/** Half of a weight in both lanes: sums are rounded, not cut. */
const laneHalf = 0x00800080;

/** Mixes two words, lane by lane: `share` of `to` in 256ths. Same words give the same word. */
export function mixWords(from: number, to: number, share: number): number {
  const rest = 256 - share;
  const even = Math.imul(from & laneMask, rest) + Math.imul(to & laneMask, share) + laneHalf;
  const odd =
    Math.imul((from >>> 8) & laneMask, rest) + Math.imul((to >>> 8) & laneMask, share) + laneHalf;
  return ((even >>> 8) & laneMask) | (odd & ~laneMask);
}
