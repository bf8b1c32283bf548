import type { Canvas } from "./canvas.ts";

/** 200 ms: a cut is not seen, and nobody is seen twice for long. */
const framesMax = 5;

/** Lets a picture go over into the next one. */
export class Fade {
  #before: Uint8Array | undefined;
  #left = 0;

  /** What the canvas shows now fades out from the next picture on. */
  begin({ pixels }: Canvas): void {
    if (this.#before?.length !== pixels.length) this.#before = new Uint8Array(pixels.length);
    this.#before.set(pixels);
    this.#left = framesMax;
  }

  /** Whether nothing fades out. */
  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Mixes what fades out into the picture; nothing when it is gone. */
  paint({ pixels, width, height, changed }: Canvas): void {
    const before = this.#before;
    if (this.#left === 0) return;
    if (before?.length !== pixels.length) {
      this.#left = 0;
      return;
    }
    const share = Math.round((256 * this.#left) / (framesMax + 1));
    this.#left--;
    changed?.cover(0, 0, width, height);
    mix(wordsOf(pixels), wordsOf(before), share);
  }
}

/** Two bytes of a word at a time; `share` of 256 is what is mixed in. */
function mix(into: Uint32Array, other: Uint32Array, share: number): void {
  const rest = 256 - share;
  for (let at = 0; at < into.length; at++) {
    const [now, before] = [into[at]!, other[at]!];
    const even = Math.imul(now & pair, rest) + Math.imul(before & pair, share);
    const odd = Math.imul((now >>> 8) & pair, rest) + Math.imul((before >>> 8) & pair, share);
    into[at] = ((even >>> 8) & pair) | (odd & ~pair);
  }
}

const pair = 0x00ff00ff;

function wordsOf(pixels: Uint8Array): Uint32Array {
  return new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
}
