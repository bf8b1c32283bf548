/**
 * A voice turns text into sound, sentence by sentence, with the times of what it said.
 *
 * `speak` yields chunks in order; the first comes as soon as the first sentence (or clause) is
 * ready, long before a long text is done. Times are samples from the start of the utterance, at
 * `rateHz`. Returning from the iteration early, or aborting, ends the synthesis at once and leaves
 * the voice ready for the next text; abort is no error, the iteration ends. One text at a time.
 * What it cannot say is an error that names it (`VoiceError`), thrown before the first chunk.
 */
export interface Voice extends AsyncDisposable {
  readonly name: string;
  readonly rateHz: number;
  /** BCP 47 tag of what it speaks when a request names neither voice nor language. */
  readonly lang: string;
  speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk>;
}

export interface SpeakRequest {
  readonly kind: "text" | "ssml";
  readonly text: string;
  /** Name of one of the driver's voices, e.g. `en-us+f3`; absent: its own choice for `lang`. */
  readonly voice?: string;
  /** BCP 47 language tag, e.g. `en-GB`, `cmn`; absent: the voice's own. */
  readonly lang?: string;
}

export interface SpeechChunk {
  /** Mono, 16 bit. */
  readonly pcm: Int16Array;
  /** Phonemes that start within this chunk, in order; empty when the voice does not know them. */
  readonly phonemes: readonly TimedPhoneme[];
  /** Words that start within this chunk, in order; empty when the voice does not know them. */
  readonly words: readonly TimedWord[];
}

export interface TimedPhoneme {
  readonly atSample: number;
  /** IPA without stress and length marks; `""` for a pause. */
  readonly ipa: string;
}

export interface TimedWord {
  readonly atSample: number;
  /** Where the word stands in the text asked for: UTF-16 offset and length. */
  readonly start: number;
  readonly length: number;
}

/** The voice cannot say this: callers answer the job with `code` and go on. */
export class VoiceError extends Error {
  override readonly name = "VoiceError";
  readonly code: "UNKNOWN_VOICE" | "UNKNOWN_LANGUAGE" | "VOICE_FAILED";

  constructor(code: VoiceError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
