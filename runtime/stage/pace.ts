import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { framesPerSecond } from "../../config/tiers.ts";

const frameMs = 1000 / framesPerSecond;

/** Which frame is due now, and when the next one is; absolute, so that lateness never adds up. */
export class Pace {
  #startMs: number;
  #frame = -1;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Number of the last frame taken; -1 before the first. */
  get frame(): number {
    return this.#frame;
  }

  get nextDueMs(): number {
    return this.#startMs + (this.#frame + 1) * frameMs;
  }

  /** Moves every moment from here on by `byMs`, to bring frames in step with the loudspeaker. */
  shift(byMs: number): void {
    this.#startMs += byMs;
  }

  /**
   * Takes the frame that is due at `nowMs`, if one is. Frames whose whole time has gone by are
   * skipped and counted; `lateMs` is how long after its moment the frame was taken.
   */
  take(nowMs: number): { frame: number; skipped: number; lateMs: number } | undefined {
    const due = Math.floor((nowMs - this.#startMs) / frameMs + 1e-6);
    if (due <= this.#frame) return undefined;
    const skipped = due - this.#frame - 1;
    this.#frame = due;
    return { frame: due, skipped, lateMs: Math.max(0, nowMs - this.#startMs - due * frameMs) };
  }
}

/** How long after the nearest frame of the mouth track `heard` is, bounded by `most` samples. */
export function phaseMs(heard: number, most: number): number {
  const half = samplesPerFrame / 2;
  const phase = ((heard + half) % samplesPerFrame) - half;
  return (Math.max(-most, Math.min(most, phase)) * 1000) / sampleRateHz;
}
