/**
 * Turns encoded sound into samples while it comes in.
 *
 * `decode` reads from `encoded` only as far as its caller takes samples, and a little more for the
 * codec's sake, so that a long file takes little memory and a slow source begins early. Leaving the
 * iteration early or aborting ends the work at once and lets go of the source; abort is no error.
 * What cannot be decoded is a DecoderError that says what it is and what it should be; an error of
 * the source goes through as it is. Several may run at a time.
 */
export interface Decoder {
  decode(encoded: AsyncIterable<Uint8Array>, abort: AbortSignal): AsyncIterable<SoundBlock>;
}

/** A stretch of sound; all of one `decode` have the same rate. */
export interface SoundBlock {
  /** 8,000 to 96,000. */
  readonly rateHz: number;
  /** Mono, 16 bit; of stereo the mean. */
  readonly pcm: Int16Array;
}

/** Sound that cannot be played: callers answer the job with `code` and go on. */
export class DecoderError extends Error {
  override readonly name = "DecoderError";
  readonly code = "AUDIO_UNREADABLE";

  constructor(fault: string, options?: ErrorOptions) {
    super(`Cannot decode sound: ${fault}`, options);
  }
}
