import { type Marks, type Pixels, type Raster, tilePixels, tilesAcross } from "../pixels/pixels.ts";
import type { TextLine } from "./display.ts";

/** Room around a line's box: glyphs may lean out of it. */
const overhangPx = 4;

/**
 * What a display without a GPU has in its buffer: pixels, bottom row first, and text on them. Only
 * what differs from the picture before is copied, and text is set anew only where it must be.
 */
export class Sheet {
  readonly #pixels: Pixels;
  readonly #target: Raster;
  readonly #measure: (text: string, sizePx: number) => number;
  readonly #due: Marks;
  /** Tiles that text stands on. */
  readonly #texted: Marks;
  #text: readonly TextLine[] = [];
  #source: Raster;
  #isStale = true;

  constructor(pixels: Pixels, target: Raster, measure: (text: string, sizePx: number) => number) {
    this.#pixels = pixels;
    this.#target = target;
    this.#measure = measure;
    this.#source = target;
    this.#due = new Uint8Array(tilesAcross(target.width) * tilesAcross(target.height));
    this.#texted = new Uint8Array(this.#due.length);
  }

  /** Somebody else painted: the next picture is copied whole. */
  spoil(): void {
    this.#isStale = true;
  }

  /** Copies what differs; returns whether the text has to be set on it. */
  put(rgba: Uint8Array, text: readonly TextLine[], changed: Marks | undefined): boolean {
    if (changed === undefined || this.#isStale) this.#due.fill(1);
    else this.#due.set(changed);
    this.#isStale = false;
    const isSame = sameText(text, this.#text);
    const isHit = meet(this.#due, this.#texted);
    if (!isSame || isHit) join(this.#due, this.#texted);
    this.#pixels.copy(this.#over(rgba), this.#target, this.#due, true);
    if (!isSame) this.#layOut(text);
    return !isSame || isHit;
  }

  #over(rgba: Uint8Array): Raster {
    const { words } = this.#source;
    if (words.buffer !== rgba.buffer || words.byteOffset !== rgba.byteOffset) {
      const { width, height } = this.#target;
      const over = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
      this.#source = { words: over, width, height };
    }
    return this.#source;
  }

  #layOut(text: readonly TextLine[]): void {
    this.#text = text.map((line) => ({ ...line }));
    this.#texted.fill(0);
    const across = tilesAcross(this.#target.width);
    for (const { x, y, sizePx, text: line } of text) {
      const end = x + this.#measure(line, sizePx) + overhangPx;
      const left = Math.max(0, Math.floor((x - overhangPx) / tilePixels));
      const right = Math.min(across, tilesAcross(end));
      const top = Math.max(0, Math.floor((y - overhangPx) / tilePixels));
      const foot = Math.min(tilesAcross(this.#target.height), tilesAcross(y + sizePx + overhangPx));
      for (let row = top; row < foot; row++) {
        this.#texted.fill(1, row * across + left, row * across + Math.max(left, right));
      }
    }
  }
}

function sameText(one: readonly TextLine[], other: readonly TextLine[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) {
    const [a, b] = [one[at]!, other[at]!];
    const isThere = a.x === b.x && a.y === b.y && a.sizePx === b.sizePx;
    if (!isThere || a.text !== b.text) return false;
    for (let tone = 0; tone < 4; tone++) if (a.colour[tone] !== b.colour[tone]) return false;
  }
  return true;
}

function meet(one: Marks, other: Marks): boolean {
  for (let at = 0; at < one.length; at++) if (one[at] !== 0 && other[at] !== 0) return true;
  return false;
}

function join(into: Marks, other: Marks): void {
  for (let at = 0; at < into.length; at++) into[at]! |= other[at]!;
}
