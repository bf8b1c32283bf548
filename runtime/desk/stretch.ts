import { sampleRateHz } from "../../config/sound.ts";
import { align, type Expected, misfitMax } from "../mouth/align.ts";
import type { Heard } from "../mouth/heard.ts";
import type { Hearing } from "../mouth/hearing.ts";
import { listening } from "../mouth/mel.ts";
import { Resampler } from "../speech/resample.ts";

/** 100 ms: long enough for few messages, short enough to leave the thread to others. */
const sliceSamples = sampleRateHz / 10;
const stepSamples = sampleRateHz / 50;
/** Longer sound is not laid out along its text: 30 s, what the desk is ahead of the loudspeaker. */
const stepsMax = 1500;
interface StretchOptions {
  /** Where it begins in the utterance. */
  readonly from: number;
  /** The shapes of what is said, where somebody knows it; undefined when that came to nothing. */
  readonly expected?: Promise<readonly Expected[] | undefined>;
  tell(heard: Heard): void;
  /** The text is not what is said: by how much. */
  onMisfit(misfit: number): void;
}

/**
 * Parts without phonemes that follow each other, as one sound to be heard. Where the text is known,
 * what is heard is a first impression until the sound is at its end; then the shapes of the text
 * are laid along it.
 */
export class Stretch {
  readonly #options: StretchOptions;
  readonly #resampler = new Resampler(sampleRateHz, listening.rateHz);
  /** The chances of each step so far, while they may be needed. */
  #chances: Float32Array[] | undefined;
  #begun = false;
  #until: number;
  /** Up to where something has been told. */
  #known: number | undefined;

  constructor(options: StretchOptions) {
    this.#options = options;
    this.#until = options.from;
    this.#chances = options.expected && [];
  }

  /** Hears more, slice by slice, for as long as somebody wants it. */
  async listen(hearing: Hearing, pcm: Int16Array, isWanted: () => boolean): Promise<void> {
    if (!this.#begun) hearing.reset();
    this.#begun = true;
    this.#until += pcm.length;
    for (let at = 0; at < pcm.length && isWanted(); at += sliceSamples) {
      const sound = this.#resampler.push(pcm.subarray(at, at + sliceSamples));
      this.#tell(await hearing.push(sound, this.#keep));
    }
  }

  async end(hearing: Hearing): Promise<void> {
    this.#tell(await hearing.push(this.#resampler.flush(), this.#keep));
    const last = await hearing.end(this.#keep);
    const aligned = await this.#align();
    this.#known = undefined;
    this.#chances = undefined;
    const length = this.#until - this.#options.from;
    this.#tell({ ...(aligned ?? last), settled: length });
  }

  readonly #keep = (chances: Float32Array): void => {
    this.#chances?.push(chances.slice());
    if (this.#chances && this.#chances.length > stepsMax) this.#chances = undefined;
  };

  async #align(): Promise<Omit<Heard, "settled"> | undefined> {
    const expected = await this.#options.expected;
    if (!expected || !this.#chances) return undefined;
    const { placed, misfit } = align(this.#chances, expected);
    if (misfit > misfitMax) {
      this.#options.onMisfit(misfit);
      return undefined;
    }
    const segments = placed.map(({ from, to, viseme }) => {
      return { from: from * stepSamples, to: to * stepSamples, viseme };
    });
    return { from: 0, segments };
  }

  #tell({ from, segments, settled }: Heard): void {
    const known = segments.at(-1)?.to;
    if (known === this.#known) return;
    this.#known = known;
    const start = this.#options.from;
    const moved = segments.map((segment) => {
      return { ...segment, from: start + segment.from, to: start + segment.to };
    });
    const sure = this.#chances ? start : start + settled;
    this.#options.tell({ from: start + from, segments: moved, settled: sure });
  }
}
