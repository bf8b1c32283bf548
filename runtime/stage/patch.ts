import type { AvatarTier } from "../avatar/tier.ts";
import { overBackground } from "./overlay.ts";
import { mixWords, type Raster } from "./raster.ts";

/**
 * Draws mouth patches into frames, bent by the frame's mesh: for every pixel of the frame that the
 * mesh covers, where it lies in the patch, and the four patch pixels around that place. Between the
 * mesh's points places are interpolated in 16.16 fixed point, pixels with weights of 1/256
 * (bilinear). A mask says how much the patch counts there; where it is 0 nothing is touched.
 */
export class PatchPainter {
  readonly #tier: AvatarTier;
  /** The line being drawn: its first place in the patch (u, v) and the step to the next; 16.16. */
  readonly #walk = new Int32Array(4);

  constructor(tier: AvatarTier) {
    this.#tier = tier;
  }

  /**
   * `patch`: colours over the backdrop, and its own matte in the alpha channel. It is laid over
   * what the target shows there, so a jaw may grow over the background but leaves no hole where
   * it shrinks. Where the target carries a matte in its alpha channel, that grows too.
   */
  draw(target: Raster, patch: Raster, frame: number): void {
    const { columns, rows, step, origins } = this.#tier.mesh;
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
        this.#aim(first + column, (line % step) / step, from - x);
        this.#drawRun(target, patch, y * target.width + from, count);
      }
    }
  }

  /** Sets the walk along a line of a cell: `share` of the way down, starting `skip` pixels in. */
  #aim(point: number, share: number, skip: number): void {
    const { columns, step, points } = this.#tier.mesh;
    for (let axis = 0; axis < 2; axis++) {
      const upper = point * 2 + axis;
      const lower = upper + columns * 2;
      const start = points[upper]! + (points[lower]! - points[upper]!) * share;
      const end = points[upper + 2]! + (points[lower + 2]! - points[upper + 2]!) * share;
      const stride = (end - start) / step;
      this.#walk[axis] = (start + skip * stride) * fixedOne;
      this.#walk[axis + 2] = stride * fixedOne;
    }
  }

  #drawRun(target: Raster, patch: Raster, at: number, count: number): void {
    const { words, width, height } = patch;
    const du = this.#walk[2]!;
    const dv = this.#walk[3]!;
    let u = this.#walk[0]!;
    let v = this.#walk[1]!;
    for (let pixel = at; pixel < at + count; pixel++, u += du, v += dv) {
      const column = u >> 16;
      const row = v >> 16;
      if (column < 0 || row < 0 || column >= width - 1 || row >= height - 1) continue;
      const near = row * width + column;
      const across = (u >> 8) & 255;
      const down = (v >> 8) & 255;
      const share = this.#maskAt(near, across, down);
      if (share === 0) continue;
      const above = mixWords(words[near]!, words[near + 1]!, across);
      const below = mixWords(words[near + width]!, words[near + width + 1]!, across);
      const seen = mixWords(above, below, down);
      const word = target.words[pixel]!;
      target.words[pixel] = mixWords(word, this.#layOver(seen, word), share);
    }
  }

  /** A patch's pixel over a frame's: colours move as over any background, opacity adds up. */
  #layOver(seen: number, word: number): number {
    const alpha = seen >>> 24;
    if (alpha === 255) return seen;
    const clear = (255 - alpha) * (255 - (word >>> 24));
    const opacity = 255 - ((clear * 257 + 0x8000) >> 16);
    const colour = overBackground(seen, word, alpha, this.#tier.backdrop) & 0x00ffffff;
    return colour | (opacity << 24);
  }

  /** The mask between four of its pixels, as a share of 256. */
  #maskAt(near: number, across: number, down: number): number {
    const { mask, width } = this.#tier.mouth;
    const above = mask[near]! * (256 - across) + mask[near + 1]! * across;
    const below = mask[near + width]! * (256 - across) + mask[near + width + 1]! * across;
    const value = (above * (256 - down) + below * down + 0x8000) >> 16;
    return value + (value >> 7);
  }
}

const fixedOne = 65_536;
