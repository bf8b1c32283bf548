import assert from "node:assert/strict";
import { sampleRateHz } from "../../config/sound.ts";
import type { Audio } from "../../drivers/audio/audio.ts";
import { advance, idlePlayhead, type Playhead } from "./playhead.ts";
import { Sound } from "./sound.ts";

/** Sound held before the device is started, so that the first turn cannot run it dry. */
const startAfterSamples = 4800;

/**
 * The same for live sound, besides one of its parts: 140 ms. So much sound behind the frame that is
 * shown lets the speech model tell its shape (87.5 ms and the frame itself), and a part may be late
 * by as much. A device that has run dry all the same waits for so much again: one pause, not many.
 */
const liveLeadSamples = 6720;
/** The largest part that is waited for once more: 160 ms, as the vendor's protocol has it. */
const livePartSamplesMax = 7680;

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
  #isLive = false;
  /** The device ran dry and waits for enough to go on with. */
  #refills = false;
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
   * until `release`, however much there is to say.
   */
  begin(held = false): void {
    this.#held = held;
    this.#startAfter = startAfterSamples;
    this.#isLive = false;
    this.#refills = false;
    this.#audio.drop();
    this.#head = { state: "ready", heard: 0 };
    this.#sound.clear();
    this.#written = 0;
    this.#ended = false;
  }

  /** Takes the next stretch of sound of the utterance; `isLive`: it comes as it is made. */
  offer(pcm: Int16Array, isLive = false): void {
    assert(this.#head.state !== "idle" && !this.#ended, "sound belongs to an open utterance");
    this.#sound.append(pcm);
    if (!isLive) return;
    const part = Math.min(livePartSamplesMax, pcm.length);
    this.#startAfter = Math.max(this.#isLive ? this.#startAfter : 0, liveLeadSamples + part);
    this.#isLive = true;
  }

  /** Whether there is enough to begin with, and nothing but `release` is missing. */
  get primed(): boolean {
    return this.#head.state === "ready" && this.#held && this.#startable();
  }

  /** Lets a held utterance sound. */
  release(): void {
    this.#held = false;
  }

  /** The same for one loudspeaker: -1 is left, 0 both, 1 right. */
  offerTo(balance: number, pcm: Int16Array): void {
    assert(this.#head.state !== "idle" && !this.#ended, "sound belongs to an open utterance");
    this.#sound.append(pcm, balance);
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
    if (this.#isLive && this.#waitsForMore()) return;
    for (;;) {
      const rest = this.#sound.from(this.#written);
      if (rest === undefined) return;
      const taken = this.#audio.write(rest.pcm, rest.balance);
      this.#written += taken;
      if (taken < rest.pcm.length) return;
    }
  }

  #waitsForMore(): boolean {
    const { playing, queued } = this.#audio.state();
    if (playing && queued === 0) this.#refills = true;
    const waiting = this.#sound.length - this.#written;
    if (this.#ended || waiting >= this.#startAfter) this.#refills = false;
    return this.#refills;
  }

  #startable(): boolean {
    return this.#written >= this.#startAfter || (this.#ended && this.#written > 0);
  }

  #supply(): { arrived: number; written: number; ended: boolean } {
    return { arrived: this.#sound.length, written: this.#written, ended: this.#ended };
  }
}
