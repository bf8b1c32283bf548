import { joined } from "../../config/sound.ts";

/**
 * The silence around what a voice says: cut to 30 ms before the first sound, and held back behind
 * the last one, so that every engine pauses as long as the house wants.
 */
export class SilenceTrimmer {
  readonly #leadSamples: number;
  #held: Int16Array = new Int16Array(0);
  #isSounding = false;
  #trimmed = 0;

  /** `rateHz` is the stream's rate. */
  constructor(rateHz: number) {
    this.#leadSamples = Math.round(rateHz * leadSeconds);
  }

  /** Samples cut off at the start so far. */
  get trimmed(): number {
    return this.#trimmed;
  }

  /** Whether anything could be heard so far. */
  get isSounding(): boolean {
    return this.#isSounding;
  }

  /** What can be given of the stream now: up to the last sound in it. */
  push(pcm: Int16Array): Int16Array {
    const block = joined(this.#held, pcm);
    const isAudible = (sample: number) => Math.abs(sample) > audible;
    const first = this.#isSounding ? 0 : block.findIndex(isAudible);
    const cut = Math.max(0, (first < 0 ? block.length : first) - this.#leadSamples);
    const start = this.#isSounding ? 0 : cut;
    this.#trimmed += start;
    this.#isSounding ||= first >= 0;
    const end = this.#isSounding ? block.findLastIndex(isAudible) + 1 : start;
    const until = Math.max(start, end);
    this.#held = block.slice(until);
    return block.slice(start, until);
  }

  /** The silence behind the last sound, of at most so many samples. */
  end(samplesMax: number): Int16Array {
    return this.#isSounding ? this.#held.slice(0, samplesMax) : new Int16Array(0);
  }
}

const leadSeconds = 0.03;
/** About -50 dB of full scale: below it lies the noise of a synthesiser, above it a breath. */
const audible = 100;
