import { samplesPerFrame } from "../../config/sound.ts";

/** What can be heard during one frame. */
export interface FrameSound {
  /** Loudness, dB of full scale; -100 for digital silence. */
  readonly levelDb: number;
  /** Share of the energy below 700 Hz, up to 2.5 kHz, and above 4 kHz; 0 to 1 each. */
  readonly low: number;
  readonly mid: number;
  readonly high: number;
  /** True while there is speech: with hysteresis against flutter, false soon after the end. */
  readonly isSounding: boolean;
}

/** The mouth may open above the first, and shuts once the sound has stayed below the second. */
const opensDb = -46;
export const closesDb = -52;
/** Stops are silent for 50 to 100 ms within speech; only the third quiet frame shuts the mouth. */
const holdFrames = 3;

/**
 * Measures the sound frame by frame, the same in any chunks. Who cannot wait for the whole frame
 * takes the `begun` one; what comes of it later no longer counts, so that a frame given stays.
 */
export class SoundMeter {
  readonly #bands = [new LowPass(700), new LowPass(2_500), new LowPass(4_000)] as const;
  /** Samples so far. */
  #received = 0;
  #frames = 0;
  #counted = 0;
  #energy = 0;
  #low = 0;
  #mid = 0;
  #high = 0;
  #quietFrames = holdFrames;

  /** Takes the next samples and gives the frames that they complete. */
  add(pcm: Int16Array): FrameSound[] {
    const frames: FrameSound[] = [];
    for (const sample of pcm) {
      const frame = Math.floor(this.#received / samplesPerFrame);
      this.#received++;
      const isLate = frame < this.#frames;
      this.#count(sample / 32_768, isLate);
      if (!isLate && this.#received === (frame + 1) * samplesPerFrame) frames.push(this.#finish());
    }
    return frames;
  }

  /** The frame at hand, once its middle is there. */
  begun(): FrameSound[] {
    const begun = this.#received - this.#frames * samplesPerFrame;
    return begun >= samplesPerFrame / 2 ? [this.#finish()] : [];
  }

  /** The last frame of the sound, if it has begun and its middle never comes. */
  end(): FrameSound[] {
    return this.#received > this.#frames * samplesPerFrame ? [this.#finish()] : [];
  }

  #count(sample: number, isLate: boolean): void {
    const [low, mid, high] = this.#bands;
    const below700 = low.next(sample);
    const below2500 = mid.next(sample);
    const above4000 = sample - high.next(sample);
    if (isLate) return;
    this.#counted++;
    this.#energy += sample ** 2;
    this.#low += below700 ** 2;
    this.#mid += (below2500 - below700) ** 2;
    this.#high += above4000 ** 2;
  }

  #finish(): FrameSound {
    const mean = this.#energy / Math.max(1, this.#counted);
    const bands = this.#low + this.#mid + this.#high || 1;
    const levelDb = Math.max(-100, 10 * Math.log10(mean + 1e-10));
    const sound = {
      levelDb,
      low: this.#low / bands,
      mid: this.#mid / bands,
      high: this.#high / bands,
      isSounding: this.#gate(levelDb),
    };
    this.#frames++;
    this.#counted = this.#energy = this.#low = this.#mid = this.#high = 0;
    return sound;
  }

  #gate(levelDb: number): boolean {
    const wasSounding = this.#quietFrames < holdFrames;
    const isLoud = levelDb > (wasSounding ? closesDb : opensDb);
    this.#quietFrames = isLoud ? 0 : this.#quietFrames + 1;
    return this.#quietFrames < holdFrames;
  }
}

/** Two one-pole filters in a row: 12 dB an octave, enough to tell hiss from voice. */
class LowPass {
  readonly #factor: number;
  #first = 0;
  #second = 0;

  constructor(cutoffHz: number) {
    this.#factor = 1 - Math.exp((-2 * Math.PI * cutoffHz) / 48_000);
  }

  next(sample: number): number {
    this.#first += this.#factor * (sample - this.#first);
    this.#second += this.#factor * (this.#first - this.#second);
    return this.#second;
  }
}
