import type { Backdrop } from "./pixels.ts";

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

/**
 * A filmed pixel over another background: `filmed + (1 - alpha) * (behind - backdrop)`. `alpha` is
 * 0 to 255; the result opaque.
 */
export function overBackground(
  filmed: number,
  behind: number,
  alpha: number,
  backdrop: Backdrop,
): number {
  const rest = 255 - alpha;
  const red = channel(filmed & 255, (behind & 255) - backdrop[0], rest);
  const green = channel((filmed >>> 8) & 255, ((behind >>> 8) & 255) - backdrop[1], rest);
  const blue = channel((filmed >>> 16) & 255, ((behind >>> 16) & 255) - backdrop[2], rest);
  return red | (green << 8) | (blue << 16) | opaque;
}

/** What of a filmed pixel and the one behind it is seen. */
export function laid(filmed: number, behind: number, backdrop: Backdrop): number {
  const alpha = filmed >>> 24;
  if (alpha === 255) return filmed;
  return alpha === 0 ? behind : overBackground(filmed, behind, alpha, backdrop);
}

/** `was + rest * difference / 255`, rounded and kept within a byte; 257 / 65536 is 1 / 255. */
function channel(was: number, difference: number, rest: number): number {
  return clamped(was + ((rest * difference * 257 + 0x8000) >> 16));
}

export function clamped(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const opaque = 0xff000000;
