import type { AvatarTier } from "../avatar/tier.ts";
import { overBackground } from "./overlay.ts";
import { laneMask, mixWords, newCanvas, type Raster, rasterOver } from "./raster.ts";

/** Left and top of the figure on the canvas, in pixels, and its size; 1 is the tier's own. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/**
 * Lays a picture with opacity over a canvas at any size and place. Colours over the backdrop and
 * opacity are interpolated alike, which is exact: the way to another background is linear in both.
 * Below half size the picture is halved by averaging first, until two pixels in each direction are
 * enough for one.
 */
export class Zoom {
  /** Smaller and smaller copies, made once; the first is half of the picture. */
  readonly #halves: Raster[] = [];
  /** For every column of the canvas: the pixel left of it (-1: none) and the share of the next. */
  #columns = new Int32Array(0);
  #shares = new Uint8Array(0);

  draw(picture: Raster, backdrop: AvatarTier["backdrop"], canvas: Raster, place: Place): void {
    const { source, zoom } = this.#atLeastHalf(picture, place.zoom);
    this.#aim(source.width, canvas.width, place.x, zoom);
    for (let y = 0; y < canvas.height; y++) {
      const v = (y + 0.5 - place.y) / zoom - 0.5;
      if (v < -0.5 || v >= source.height - 0.5) continue;
      const row = Math.max(0, Math.floor(v));
      const share = v < 0 ? 0 : Math.floor((v - row) * 256);
      this.#drawRow(source, backdrop, canvas, { y, row, share });
    }
  }

  #drawRow(
    { words, width, height }: Raster,
    backdrop: AvatarTier["backdrop"],
    canvas: Raster,
    { y, row, share }: { y: number; row: number; share: number },
  ): void {
    const columns = this.#columns;
    const shares = this.#shares;
    const target = canvas.words;
    const down = row + 1 < height ? width : 0;
    for (let x = 0; x < columns.length; x++) {
      const column = columns[x]!;
      if (column < 0) continue;
      const near = row * width + column;
      const next = column + 1 < width ? near + 1 : near;
      const across = shares[x]!;
      const leftTop = words[near]!;
      const rightTop = words[next]!;
      const leftFoot = words[near + down]!;
      const rightFoot = words[next + down]!;
      if ((leftTop | rightTop | leftFoot | rightFoot) >>> 24 === 0) continue;
      const above = mixWords(leftTop, rightTop, across);
      const word = mixWords(above, mixWords(leftFoot, rightFoot, across), share);
      const alpha = word >>> 24;
      const at = y * canvas.width + x;
      if (alpha === 255) target[at] = word;
      else if (alpha > 0) target[at] = overBackground(word, target[at]!, alpha, backdrop);
    }
  }

  #aim(width: number, canvasWidth: number, left: number, zoom: number): void {
    if (this.#columns.length !== canvasWidth) {
      this.#columns = new Int32Array(canvasWidth);
      this.#shares = new Uint8Array(canvasWidth);
    }
    for (let x = 0; x < canvasWidth; x++) {
      const u = (x + 0.5 - left) / zoom - 0.5;
      const column = Math.max(0, Math.floor(u));
      this.#columns[x] = u < -0.5 || u >= width - 0.5 ? -1 : column;
      this.#shares[x] = u < 0 ? 0 : Math.floor((u - column) * 256);
    }
  }

  #atLeastHalf(picture: Raster, zoom: number): { source: Raster; zoom: number } {
    let source = picture;
    let left = zoom;
    for (let level = 0; left < 0.5 && Math.min(source.width, source.height) > 1; level++) {
      this.#halves[level] ??= rasterOver(newCanvas(source.width >> 1, source.height >> 1));
      halve(source, this.#halves[level]!);
      source = this.#halves[level]!;
      left *= 2;
    }
    return { source, zoom: left };
  }
}

/** Averages blocks of 2 x 2; a last odd row or column is left out. */
function halve(from: Raster, to: Raster): void {
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const near = y * 2 * from.width + x * 2;
      const a = from.words[near]!;
      const b = from.words[near + 1]!;
      const c = from.words[near + from.width]!;
      const d = from.words[near + from.width + 1]!;
      const even = (a & laneMask) + (b & laneMask) + (c & laneMask) + (d & laneMask) + quarterHalf;
      const odd = lane(a) + lane(b) + lane(c) + lane(d) + quarterHalf;
      to.words[y * to.width + x] = ((even >>> 2) & laneMask) | (((odd >>> 2) & laneMask) << 8);
    }
  }
}

function lane(word: number): number {
  return (word >>> 8) & laneMask;
}

/** Two in both lanes: sums of four are rounded, not cut. */
const quarterHalf = 0x00020002;
