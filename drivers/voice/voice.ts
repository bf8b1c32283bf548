/**
 * A voice turns a sentence into sound, with the times of what it said.
 *
 * A request is one sentence or clause; whoever has a longer text cuts it first
 * (runtime/speech/sentences.ts), so that with every engine sound starts early. `speak` yields
 * chunks in order, as soon as they are ready, all of one rate. Times are samples from the start of
 * the request. Returning from the iteration early, or aborting, ends the synthesis at once and
 * leaves the voice ready for the next request; abort is no error, the iteration ends. One request
 * at a time. What it cannot say is an error that names it (`VoiceError`), thrown before the first
 * chunk where that can be known. A wish that the engine cannot follow is no error: the voice speaks
 * without it and names it in `ignored` of its first chunk.
 */
export interface Voice extends AsyncDisposable {
  readonly name: string;
  /** Differs when an equal request may sound otherwise: engine, model, settings. */
  readonly version: string;
  /** BCP 47 tag of what it speaks when a request names neither voice nor language. */
  readonly lang: string;
  speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk>;
}

export interface SpeakRequest {
  readonly text: string;
  /** Name of one of the driver's voices, e.g. `en-us+f3`; absent: its own choice for `lang`. */
  readonly voice?: string;
  /** BCP 47 language tag, e.g. `en-GB`, `cmn`; absent: the voice's own. */
  readonly lang?: string;
  /** Speed as a factor, 0.5 to 2; absent: as the voice speaks by itself. */
  readonly rate?: number;
  /** Pitch as a factor, 0.5 to 2; absent: as the voice speaks by itself. */
  readonly pitch?: number;
  /** Stretches of the text whose sounds are given, in order and apart from each other. */
  readonly sounds?: readonly GivenSound[];
}

/** Instead of how `text` would be read there: these sounds. */
export interface GivenSound {
  /** UTF-16 offset and length in the request's text. */
  readonly start: number;
  readonly length: number;
  /** IPA, as `təˈmɑːtəʊ`. */
  readonly ipa: string;
}

/**
 * What a request may ask for besides its words. `voice`: another one stepped in; `script`: signs of
 * the text that the engine cannot read.
 */
export type Wish = "rate" | "pitch" | "phoneme" | "voice" | "script";

export interface SpeechChunk {
  /** Mono, 16 bit. */
  readonly pcm: Int16Array;
  /** Samples a second: a whole number from 8,000 to 96,000. */
  readonly rateHz: number;
  /** Phonemes that start within this chunk, in order; empty when the voice does not know them. */
  readonly phonemes: readonly TimedPhoneme[];
  /** Words that start within this chunk, in order; guessed where the engine does not tell them. */
  readonly words: readonly TimedWord[];
  /** Wishes that this voice leaves aside; in the first chunk of a request, if anywhere. */
  readonly ignored?: readonly Wish[];
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

/** The range of `rate` and `pitch`: an octave and twice the speed, each way. */
export const wishRange = { least: 0.5, most: 2 } as const;
