import { type MouthShape, visemeIndex } from "../mouth/shape.ts";
import { visemes } from "../mouth/viseme.ts";

/** About -40 dB of full scale: quieter sound opens no mouth. */
const audible = 330;
/** Of the widest: by so much the mouth opens with each frame, and no further than this. */
const openingStep = 0.12;
const openingMax = 0.3;

/**
 * The mouth before live speech: it parts as soon as there is something to say, while the sound
 * still waits to be heard, as people open their mouths before their voices come.
 */
export class Onset {
  readonly #weights = new Float32Array(visemes.length);
  #opening = 0;
  #isLoud = false;

  constructor() {
    this.#weights[visemeIndex.E] = 1;
  }

  /** The next stretch of what will be heard. */
  hear(pcm: Int16Array): void {
    this.#isLoud ||= pcm.some((sample) => Math.abs(sample) > audible);
  }

  /** The mouth of the next frame; undefined for a closed one. */
  next(): MouthShape | undefined {
    if (!this.#isLoud) return undefined;
    this.#opening = Math.min(openingMax, this.#opening + openingStep);
    return { weights: this.#weights, opening: this.#opening };
  }
}
