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
  /** Said from here on, up to the next part that says so; for whoever has to find the phonemes. */
  readonly says?: SpokenText;
  /** What happens besides talking and begins within this part, in order; most parts have none. */
  readonly cues: readonly TimedCue[];
}

/** What somebody says, word for word. */
export interface SpokenText {
  readonly text: string;
  /** BCP 47; absent: whatever the reader takes it for. */
  readonly lang?: string;
}

/** An action of the avatar, or a mark that the sender wants to hear of, at a word of the text. */
export interface TimedCue {
  readonly kind: "action" | "mark";
  /** As the job wrote it: 1 to 64 characters. */
  readonly name: string;
  readonly atSample: number;
}
