import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { percentile } from "../percentile.ts";
import type { Proof } from "./messages.ts";

/** Distances kept for the percentile: 40 s of frames, enough to be stable, bounded in memory. */
const offsetsMax = 1000;

/** Counts what one utterance really was on the screen, for the proof of speech. */
export class Meter {
  readonly #offsetsMs: number[] = [];
  readonly #underrunsBefore: number;
  #shown = 0;
  #dropped = 0;

  constructor(underrunsBefore: number) {
    this.#underrunsBefore = underrunsBefore;
  }

  /**
   * Notes a frame whose mouth belongs to `mouthSample` (the middle of its stretch of sound) and
   * which came to the screen when the loudspeaker was at `heard`; it stands for one frame's time.
   * Returns the number of frames noted.
   */
  shown(mouthSample: number, heard: number, skipped: number): number {
    const offsetMs = ((mouthSample - (heard + samplesPerFrame / 2)) * 1000) / sampleRateHz;
    this.#offsetsMs[this.#shown % offsetsMax] = Math.abs(offsetMs);
    this.#shown++;
    this.#dropped += skipped;
    return this.#shown;
  }

  /** 95th percentile of the distances so far; undefined before the first frame. */
  get avOffsetMsP95(): number | undefined {
    const p95 = percentile(this.#offsetsMs, 0.95);
    return p95 === undefined ? undefined : Math.round(p95 * 10) / 10;
  }

  proof(heard: number, underruns: number): Proof {
    return {
      spokenMs: Math.round((heard * 1000) / sampleRateHz),
      framesShown: this.#shown,
      framesDropped: this.#dropped,
      underruns: underruns - this.#underrunsBefore,
      avOffsetMsP95: this.avOffsetMsP95 ?? 0,
    };
  }
}
