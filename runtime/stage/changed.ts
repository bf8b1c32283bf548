import { type Marks, tilePixels, tilesAcross } from "../../drivers/pixels/pixels.ts";

/** Which tiles of a picture (16 x 16 pixels) differ from the picture before. */
export class Changed {
  /** Those that differ. */
  readonly marks: Marks;
  /** Those of them that somebody painted over: they differ in the next picture too. */
  readonly #covered: Marks;
  readonly #across: number;
  readonly #width: number;
  readonly #height: number;

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#width = width;
    this.#height = height;
    this.#across = tilesAcross(width);
    this.marks = new Uint8Array(this.#across * tilesAcross(height));
    this.#covered = new Uint8Array(this.marks.length);
  }

  /** Marks every tile that a box reaches; what lies outside of the picture is left out. */
  mark(x: number, y: number, width: number, height: number): void {
    this.#fill(this.marks, x, y, [width, height]);
  }

  /** Marks a box that is painted over the scene, so that the next picture has it anew. */
  cover(x: number, y: number, width: number, height: number): void {
    this.#fill(this.marks, x, y, [width, height]);
    this.#fill(this.#covered, x, y, [width, height]);
  }

  markAll(): void {
    this.marks.fill(1);
  }

  /** Marks what is marked in `other`, of the same size. */
  add(other: Changed): void {
    for (let at = 0; at < this.marks.length; at++) this.marks[at]! |= other.marks[at]!;
  }

  /** The picture was shown: of the next one only what is covered differs so far. */
  next(): void {
    this.marks.set(this.#covered);
    this.#covered.fill(0);
  }

  #fill(marks: Marks, x: number, y: number, [width, height]: readonly [number, number]): void {
    const left = Math.max(0, Math.floor(x));
    const top = Math.max(0, Math.floor(y));
    const right = Math.min(this.#width, Math.ceil(x + width));
    const bottom = Math.min(this.#height, Math.ceil(y + height));
    if (left >= right || top >= bottom) return;
    const first = Math.floor(left / tilePixels);
    const end = tilesAcross(right);
    for (let row = Math.floor(top / tilePixels); row < tilesAcross(bottom); row++) {
      marks.fill(1, row * this.#across + first, row * this.#across + end);
    }
  }
}
