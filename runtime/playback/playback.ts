import assert from "node:assert/strict";
import { sampleRateHz } from "../../config/sound.ts";
import type { Audio } from "../../drivers/audio/audio.ts";
import { advance, idlePlayhead, type Playhead } from "./playhead.ts";
import { Sound } from "./sound.ts";

/** Sound held before the device is started, so that the first turn cannot run it dry. */
const startAfterSamples = 4800;

/**
 * The same for live sound: 50 ms. Whatever comes later than that is waited for once, and from then
 * on the sound is so much later, which is room for the next one that is late.
 */
const startLiveAfterSamples = 2400;

/** Sound behind the playhead that a film may still ask for: 2 s. */
const keptSamples = 2 * sampleRateHz;

/** Feeds one utterance at a time to the loudspeaker and says where it is. */
export class Playback {
  readonly #audio: Audio;
  #head: Playhead = idlePlayhead;
  readonly #sound = new Sound();
  #written = 0;
  #ended = false;
  #startAfter = startAfterSamples;
  /** Sound waits for `release`. */
  #held = false;

  constructor(audio: Audio) {
    this.#audio = audio;
  }

  get head(): Playhead {
    return this.#head;
  }

  /**
   * Begins an utterance; whatever sounded before is silent from here on. `held`: nothing sounds
   * until `release`, however much there is to say. `live`: it comes as it is made.
   */
  begin(held = false, live = false): void {
    this.#held = held;
    this.#startAfter = live ? startLiveAfterSamples : startAfterSamples;
    this.#audio.drop();
    this.#head = { state: "ready", heard: 0 };
    this.#sound.clear();
    this.#written = 0;
    this.#ended = false;
  }

  /** Takes the next stretch of sound of the utterance. */
  offer(pcm: Int16Array): void {
    assert(this.#head.state !== "idle" && !this.#ended, "sound belongs to an open utterance");
    this.#sound.append(pcm);
  }

  /** Whether there is enough to begin with, and nothing but `release` is missing. */
  get primed(): boolean {
    return this.#head.state === "ready" && this.#held && this.#startable();
  }

  /** Lets a held utterance sound. */
  release(): void {
    this.#held = false;
  }

  /** Says that no more sound will come. */
  end(): void {
    this.#ended = true;
  }

  /** Silence at once; returns the samples that were heard. */
  stop(): number {
    const { heard } = this.#head.state === "idle" ? idlePlayhead : this.#audio.state();
    this.#audio.drop();
    this.#head = idlePlayhead;
    this.#ended = false;
    return heard;
  }

  /** Writes what the device has room for, starts it when there is enough, moves the playhead. */
  turn(): Playhead {
    if (this.#head.state === "idle" || this.#head.state === "done") return this.#head;
    this.#write();
    if (this.#head.state === "ready" && !this.#held && this.#startable()) this.#audio.start();
    this.#head = advance(this.#head, this.#supply(), this.#audio.state());
    this.#sound.forget(Math.min(this.#head.heard - keptSamples, this.#written));
    return this.#head;
  }

  /** Copies `out.length` samples of the utterance from `start` on; silence where there are none. */
  copySound(start: number, out: Int16Array): void {
    this.#sound.copy(start, out);
  }

  #write(): void {
    for (;;) {
      const rest = this.#sound.from(this.#written);
      if (rest === undefined) return;
      const taken = this.#audio.write(rest);
      this.#written += taken;
      if (taken < rest.length) return;
    }
  }

  #startable(): boolean {
    return this.#written >= this.#startAfter || (this.#ended && this.#written > 0);
  }

  #supply(): { arrived: number; written: number; ended: boolean } {
    return { arrived: this.#sound.length, written: this.#written, ended: this.#ended };
  }
}
