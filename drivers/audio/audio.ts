/**
 * Sound output, and with it the only clock that frames follow.
 *
 * Called by the stage loop only, in the order `write*`, `start`, `write*`, ..., `drop`. `write`
 * never starts sound. Between `drop` and `start` nothing is heard and `heard` is 0. When everything
 * written has been heard the device waits, silent, without losing its position: more can be written
 * (an under-run, if the caller had more to say) or `drop` ends the piece. `state` is cheap and
 * asked every turn. Trouble (under-run, lost device) shows in the state; it is never thrown.
 * Samples are mono, 16 bit, at `rateHz`; both loudspeakers get the same unless told otherwise.
 */
export interface Audio extends AsyncDisposable {
  /** What plays, for people: `"silent"`, `"alsa:pulse"`. */
  readonly name: string;
  readonly rateHz: number;
  /**
   * Takes as many samples as there is room for and says how many; the caller keeps the rest.
   * `balance`: -1 is the left loudspeaker alone, 0 both, 1 the right one; where there is only one,
   * it plays everything.
   */
  write(pcm: Int16Array, balance?: number): number;
  /** Lets what was written sound, from its first sample. No effect while playing. */
  start(): void;
  /** Silence now: forgets what is written and not yet heard, and sets `heard` back to 0. */
  drop(): void;
  /** 0 to 1, applied from the next sample written on. */
  setVolume(volume: number): void;
  state(): AudioState;
}

export interface AudioState {
  readonly playing: boolean;
  /** Samples that have left the loudspeaker since `start`, latency taken off. Never goes back. */
  readonly heard: number;
  /** Samples written and not yet heard. */
  readonly queued: number;
  /** Times the device ran dry since it was opened. */
  readonly underruns: number;
  /** Why nothing can be heard although it should; absent while all is well. */
  readonly fault?: string;
}
