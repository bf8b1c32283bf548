import type { Clock } from "../clock/clock.ts";
import type { Audio, AudioState } from "./audio.ts";

/** How a silent device imitates bad hardware; all of it off by default. */
interface AudioLies {
  /** From the start of playing until the first sample is heard. */
  readonly latencyMs?: number;
  /** The position moves in steps of this many samples, as with coarse hardware. */
  readonly burstSamples?: number;
  /** The device's crystal against the clock: 100 plays 0.01 % too fast. */
  readonly skewPpm?: number;
  /** The position stands still once, from this time of playing on ... */
  readonly stallAtMs?: number;
  /** ... for so long. */
  readonly stallForMs?: number;
}

const rateHz = 48_000;
const queuedSamplesMax = 2 * rateHz;

/**
 * A loudspeaker nobody hears: takes samples and plays them by the clock, exactly in time. For
 * boards without sound, recordings and tests.
 */
export class SilentAudio implements Audio {
  readonly name = "silent";
  readonly rateHz = rateHz;
  readonly #clock: Clock;
  readonly #lies: AudioLies;
  /** When the samples from `#anchor` on began to sound; undefined while nothing plays. */
  #sinceMs: number | undefined;
  #anchor = 0;
  #written = 0;
  #dry = false;
  #stalled = false;
  #underruns = 0;

  constructor(clock: Clock, lies: AudioLies = {}) {
    this.#clock = clock;
    this.#lies = lies;
  }

  write(pcm: Int16Array): number {
    this.#follow();
    const room = queuedSamplesMax - (this.#written - this.#anchor);
    const taken = Math.max(0, Math.min(pcm.length, Math.floor(room)));
    if (taken === 0) return 0;
    if (this.#dry) {
      if (this.#anchor > 0) this.#underruns++;
      this.#sinceMs = this.#clock.monotonicMs();
      this.#dry = false;
    }
    this.#written += taken;
    return taken;
  }

  start(): void {
    this.#sinceMs ??= this.#clock.monotonicMs() + (this.#lies.latencyMs ?? 0);
  }

  drop(): void {
    this.#sinceMs = undefined;
    this.#anchor = 0;
    this.#written = 0;
    this.#dry = false;
    this.#stalled = false;
  }

  /** Nothing to hear, nothing to turn down. */
  setVolume(): void {}

  state(): AudioState {
    this.#follow();
    const burst = this.#lies.burstSamples ?? 1;
    const heard = this.#dry ? this.#anchor : Math.floor(this.#anchor / burst) * burst;
    return {
      playing: this.#sinceMs !== undefined,
      heard,
      queued: this.#written - heard,
      underruns: this.#underruns,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Brings the position up to now. The start time moves along, so that no rounding adds up. */
  #follow(): void {
    if (this.#sinceMs === undefined || this.#dry) return;
    const samplesPerMs = (rateHz * (1 + (this.#lies.skewPpm ?? 0) / 1e6)) / 1000;
    const elapsedMs = this.#lessStall(Math.max(0, this.#clock.monotonicMs() - this.#sinceMs));
    const heard = Math.floor(elapsedMs * samplesPerMs + roundingSlack);
    if (this.#anchor + heard < this.#written) {
      this.#sinceMs += heard / samplesPerMs;
      this.#anchor += heard;
      return;
    }
    // Waits, silent, at the end of what was written.
    this.#anchor = this.#written;
    this.#dry = true;
  }

  /** The part of the time since the anchor in which the device has not stood still. */
  #lessStall(elapsedMs: number): number {
    const { stallAtMs, stallForMs = 0 } = this.#lies;
    if (stallAtMs === undefined || this.#stalled) return elapsedMs;
    const pastMs = (this.#anchor * 1000) / rateHz + elapsedMs - stallAtMs;
    if (pastMs < stallForMs) return elapsedMs - Math.max(0, pastMs);
    this.#stalled = true;
    this.#sinceMs = (this.#sinceMs ?? 0) + stallForMs;
    return elapsedMs - stallForMs;
  }
}

/** A clock of whole milliseconds must give whole samples in spite of binary fractions. */
const roundingSlack = 1e-6;
