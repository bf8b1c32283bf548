import { framesPerSecond } from "../../config/tiers.ts";
import type { Audio } from "../../drivers/audio/audio.ts";
import type { Display } from "../../drivers/display/display.ts";
import type { Pulse } from "./messages.ts";

/** What a tally looks at besides what it is told. */
interface Watched {
  readonly display: Pick<Display, "fault">;
  readonly audio: Pick<Audio, "state">;
}

/** Counts what the stage shows, for the pulse by which the desk knows that it lives. */
export class Tally {
  readonly #watched: Watched;
  #shown = 0;
  #dropped = 0;
  #late = 0;
  /** Frames left out in the longest row of them. */
  #pause = 0;
  #isFresh = false;
  #workMs: number[] = [];
  /** The last one in which the desk was told that pictures come. */
  #second = -1;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** A frame was handed to the screen; `skipped` before it were not, `isLate` it was itself. */
  presented(skipped: number, isLate: boolean): void {
    this.#shown++;
    this.#isFresh = true;
    this.#dropped += skipped;
    this.#pause = Math.max(this.#pause, skipped);
    if (isLate) this.#late++;
  }

  /** The longest row of frames that were left out since this was asked last. */
  takePause(): number {
    const pause = this.#pause;
    this.#pause = 0;
    return pause;
  }

  /** The last turn took so long; turns without a frame do not count. */
  spent(ms: number): void {
    if (!this.#isFresh) return;
    this.#isFresh = false;
    this.#workMs.push(Math.round(ms * 100) / 100);
  }

  /** Once a second of frames. */
  isPulseDue(frame: number): boolean {
    const second = Math.floor(frame / framesPerSecond);
    if (second === this.#second) return false;
    this.#second = second;
    return true;
  }

  /** What there is to say now; the times are those since the last pulse. */
  pulse(sounding: boolean, resting: boolean): Pulse {
    const { heard, queued, underruns, fault: audioFault } = this.#watched.audio.state();
    const { fault: displayFault } = this.#watched.display;
    const workMs = this.#workMs;
    this.#workMs = [];
    return {
      ...{ shown: this.#shown, dropped: this.#dropped, late: this.#late, workMs },
      ...{ sounding: sounding && queued > 0, heard, underruns, resting },
      ...(displayFault === undefined ? {} : { displayFault }),
      ...(audioFault === undefined ? {} : { audioFault }),
    };
  }
}
