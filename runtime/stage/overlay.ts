import type { AvatarTier } from "../avatar/tier.ts";
import type { Raster } from "./raster.ts";

/** Where a picture's left top corner lies on the canvas, in whole pixels; it may lie outside. */
export interface Corner {
  readonly left: number;
  readonly top: number;
}

type Backdrop = AvatarTier["backdrop"];

/**
 * Lays a picture with opacity over a canvas that shows its background already. What leaves the
 * canvas is cut off.
 */
export function layOver(picture: Raster, backdrop: Backdrop, canvas: Raster, corner: Corner): void {
  const { left, top } = corner;
  const source = picture.words;
  const target = canvas.words;
  const rowFrom = Math.max(0, -top);
  const rowEnd = Math.min(picture.height, canvas.height - top);
  const from = Math.max(0, -left);
  const end = Math.min(picture.width, canvas.width - left);
  for (let row = rowFrom; row < rowEnd; row++) {
    const shift = (row + top) * canvas.width + left - row * picture.width;
    for (let at = row * picture.width + from; at < row * picture.width + end; at++) {
      const word = source[at]!;
      const alpha = word >>> 24;
      if (alpha === 255) target[at + shift] = word;
      else if (alpha > 0) {
        target[at + shift] = overBackground(word, target[at + shift]!, alpha, backdrop);
      }
    }
  }
}

/**
 * A filmed pixel over another background. A figure F of opacity a was filmed over the backdrop B
 * as C = aF + (1 - a)B; over the background N it is C + (1 - a)(N - B). F need not be guessed, so
 * there is no halo, and N = B leaves the pixel as it was. `alpha` is 0 to 255; the result opaque.
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

/** `was + rest * difference / 255`, rounded and kept within a byte; 257 / 65536 is 1 / 255. */
function channel(was: number, difference: number, rest: number): number {
  const value = was + ((rest * difference * 257 + 0x8000) >> 16);
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const opaque = 0xff000000;
