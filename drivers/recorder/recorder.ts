/**
 * A film of what was shown and heard: constant frame rate, one stretch of sound per frame.
 *
 * `frame` copies what it is given and returns at once. When the encoder cannot keep up, `frame`
 * returns false and the caller repeats the call later or drops; a film never has a hole that is
 * not counted. Closing finishes the file; it is readable only then. When the encoder has failed,
 * `frame` throws, and so does closing, with what the encoder said.
 */
export interface Recorder extends AsyncDisposable {
  /** Pixels: RGBA, top row first; sound: rateHz / fps samples, mono 16 bit. */
  frame(rgba: Uint8Array, sound: Int16Array): boolean;
  /** Frames the film holds so far. */
  readonly frames: number;
}
