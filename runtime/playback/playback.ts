import assert from "node:assert/strict";
import type { Audio } from "../../drivers/audio/audio.ts";
import { advance, idlePlayhead, type Playhead } from "./playhead.ts";

/** Sound held before the device is started, so that the first turn cannot run it dry. */
const startAfterSamples = 4800;

/** Feeds one utterance at a time to the loudspeaker and says where it is. */
export class Playback {
  readonly #audio: Audio;
  #head: Playhead = idlePlayhead;
  #pcm = new Int16Array(0);
  #arrived = 0;
  #written = 0;
  #ended = false;

  constructor(audio: Audio) {
    this.#audio = audio;
  }

  get head(): Playhead {
    return this.#head;
  }

  /** Begins an utterance; whatever sounded before is silent from here on. */
  begin(): void {
    this.#audio.drop();
    this.#head = { state: "ready", heard: 0 };
    this.#arrived = 0;
    this.#written = 0;
    this.#ended = false;
  }

  /** Takes the next stretch of sound of the utterance. */
  offer(pcm: Int16Array): void {
    assert(this.#head.state !== "idle" && !this.#ended, "sound belongs to an open utterance");
    this.#reserve(this.#arrived + pcm.length);
    this.#pcm.set(pcm, this.#arrived);
    this.#arrived += pcm.length;
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
    if (this.#head.state === "ready" && this.#startable()) this.#audio.start();
    this.#head = advance(this.#head, this.#supply(), this.#audio.state());
    return this.#head;
  }

  /** Copies `out.length` samples of the utterance from `start` on; silence where there are none. */
  copySound(start: number, out: Int16Array): void {
    const from = Math.min(Math.max(start, 0), this.#arrived);
    const until = Math.min(Math.max(start + out.length, 0), this.#arrived);
    out.fill(0);
    if (until > from) out.set(this.#pcm.subarray(from, until), from - start);
  }

  #write(): void {
    if (this.#written === this.#arrived) return;
    this.#written += this.#audio.write(this.#pcm.subarray(this.#written, this.#arrived));
  }

  #startable(): boolean {
    return this.#written >= startAfterSamples || (this.#ended && this.#written > 0);
  }

  #supply(): { arrived: number; written: number; ended: boolean } {
    return { arrived: this.#arrived, written: this.#written, ended: this.#ended };
  }

  /** Grows by doubling and keeps its size, so that a long day of jobs does not allocate. */
  #reserve(samples: number): void {
    if (samples <= this.#pcm.length) return;
    const grown = new Int16Array(Math.max(samples, this.#pcm.length * 2, 10 * 48_000));
    grown.set(this.#pcm.subarray(0, this.#arrived));
    this.#pcm = grown;
  }
}
