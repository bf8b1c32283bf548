import { tilePixels, tilesAcross } from "../../drivers/pixels/pixels.ts";
import type { Canvas } from "./canvas.ts";

/**
 * A small picture with opacity at a fixed place over the scene. On a canvas that keeps its contents
 * it is laid anew only on tiles that the scene has painted: everywhere else it is still there.
 */
export class Sticker {
  readonly #picture: Canvas;
  readonly #x: number;
  readonly #y: number;

  constructor(picture: Canvas, { x, y }: { readonly x: number; readonly y: number }) {
    this.#picture = picture;
    this.#x = x;
    this.#y = y;
  }

  paint(canvas: Canvas): void {
    const { width, height } = this.#picture;
    const across = tilesAcross(canvas.width);
    const lastX = Math.min(canvas.width, this.#x + width);
    const lastY = Math.min(canvas.height, this.#y + height);
    for (let y = Math.max(0, this.#y); y < lastY; y++) {
      const tiles = Math.floor(y / tilePixels) * across;
      for (let x = Math.max(0, this.#x); x < lastX; ) {
        const tile = Math.floor(x / tilePixels);
        const end = Math.min(lastX, (tile + 1) * tilePixels);
        if (canvas.changed?.marks[tiles + tile] !== 0) {
          this.#lay(canvas, y, x, end);
        }
        x = end;
      }
    }
  }

  #lay({ pixels, width }: Canvas, y: number, from: number, end: number): void {
    const source = this.#picture.pixels;
    let at = ((y - this.#y) * this.#picture.width + from - this.#x) * 4;
    for (let to = (y * width + from) * 4; to < (y * width + end) * 4; to += 4, at += 4) {
      const alpha = source[at + 3]!;
      if (alpha === 0) continue;
      for (let tone = 0; tone < 3; tone++) {
        const under = pixels[to + tone]!;
        pixels[to + tone] = under + Math.round(((source[at + tone]! - under) * alpha) / 255);
      }
    }
  }
}
