import type { TimedPhoneme, TimedWord } from "../../drivers/voice/voice.ts";

/**
 * A piece of an utterance, as it goes to the stage: usually a sentence or a clause. Parts follow
 * one another without a gap. All times are samples at `sampleRateHz` from the start of the
 * utterance; a word's `start` and `length` are UTF-16 units of the text that was asked for.
 */
export interface SpeechPart {
  /** Where this part begins: the samples of all parts before it. */
  readonly atSample: number;
  /** Mono, 16 bit. */
  readonly pcm: Int16Array;
  /** Phonemes that start within this part, in order; empty when the voice does not tell them. */
  readonly phonemes: readonly TimedPhoneme[];
  /** Words that start within this part, in order; empty when the voice does not tell them. */
  readonly words: readonly TimedWord[];
}
