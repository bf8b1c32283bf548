/** Cuts the silence before the first sound of a stream to 30 ms. */
export class LeadTrimmer {
  readonly #leadSamples: number;
  #held: Int16Array = new Int16Array(0);
  #isSounding: boolean;
  #trimmed = 0;

  /** `rateHz` is the stream's rate; infinite for a stream that is to keep its silence. */
  constructor(rateHz: number) {
    this.#isSounding = rateHz === Infinity;
    this.#leadSamples = this.#isSounding ? 0 : Math.round(rateHz * leadSeconds);
  }

  /** Samples cut off so far. */
  get trimmed(): number {
    return this.#trimmed;
  }

  /** What is left of the next block. Of silence the last 30 ms wait for the sound behind them. */
  push(pcm: Int16Array): Int16Array {
    if (this.#isSounding) return pcm;
    const block = joined(this.#held, pcm);
    const first = block.findIndex((sample) => Math.abs(sample) > audible);
    this.#isSounding = first >= 0;
    const end = this.#isSounding ? first : block.length;
    const cut = Math.max(0, end - this.#leadSamples);
    this.#trimmed += cut;
    const rest = block.slice(cut);
    this.#held = this.#isSounding ? new Int16Array(0) : rest;
    return this.#isSounding ? rest : new Int16Array(0);
  }
}

const leadSeconds = 0.03;
/** About -50 dB of full scale: below it lies the noise of a synthesiser, above it a breath. */
const audible = 100;

function joined(first: Int16Array, second: Int16Array): Int16Array {
  const both = new Int16Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
