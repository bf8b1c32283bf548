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

  /** Mixes what fades out into the picture; nothing when it is gone. */
  paint({ pixels, width, height, changed }: Canvas): void {
    const before = this.#before;
    if (this.#left === 0 || before?.length !== pixels.length) return;
    const share = Math.round((256 * this.#left) / (framesMax + 1));
    this.#left--;
    changed?.cover(0, 0, width, height);
    for (let at = 0; at < pixels.length; at++) {
      const now = pixels[at]!;
      pixels[at] = now + (((before[at]! - now) * share) >> 8);
    }
  }
}
