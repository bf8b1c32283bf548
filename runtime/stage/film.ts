import { samplesPerFrame } from "../../config/sound.ts";
import type { Display } from "../../drivers/display/display.ts";
import type { Recorder } from "../../drivers/recorder/recorder.ts";
import type { Playback } from "../playback/playback.ts";

/** A playhead that strays this far from the film's own count is followed; less is timer jitter. */
const followSamples = 0.02 * 48_000;

/**
 * Writes what was shown and heard to a recorder: each frame with the sound that left the
 * loudspeaker while it stood. Sound runs on sample by sample and only jumps with the playhead.
 */
export class Film {
  readonly #recorder: Recorder;
  readonly #display: Display;
  readonly #picture: Uint8Array;
  readonly #sound = new Int16Array(samplesPerFrame);
  #cursor = 0;
  #begun = false;

  constructor(recorder: Recorder, display: Display) {
    this.#recorder = recorder;
    this.#display = display;
    this.#picture = new Uint8Array(display.width * display.height * 4);
  }

  /**
   * Adds the picture that was just shown. Frames that were skipped repeat the picture before.
   * Returns how many frames the encoder had no room for.
   */
  take(playback: Playback, skipped: number): number {
    let lost = 0;
    const repeats = this.#begun ? skipped : 0;
    const { state, heard } = playback.head;
    const sounding = state === "playing" || state === "draining";
    const start = heard - repeats * samplesPerFrame;
    if (!sounding || Math.abs(start - this.#cursor) > followSamples) this.#cursor = start;
    for (let copy = 0; copy < repeats; copy++) lost += this.#write(playback, sounding);
    this.#display.read(this.#picture);
    this.#begun = true;
    return lost + this.#write(playback, sounding);
  }

  #write(playback: Playback, sounding: boolean): number {
    if (sounding) playback.copySound(this.#cursor, this.#sound);
    else this.#sound.fill(0);
    this.#cursor += samplesPerFrame;
    return this.#recorder.frame(this.#picture, this.#sound) ? 0 : 1;
  }
}
