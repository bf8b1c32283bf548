import type { SpeechPart } from "../speech/utterance.ts";
import type { Segment } from "./segments.ts";

/**
 * What the speech model makes of an utterance's sound so far. Each one takes the place of all that
 * was said before of the time from `from` on.
 */
export interface Heard {
  readonly from: number;
  /** Without gaps from `from` on. */
  readonly segments: readonly Segment[];
  /** Segments up to this sample stay as they are; behind it they are a first impression. */
  readonly settled: number;
}

/**
 * Whether a part is left to the speech model: its voice tells no phonemes. A few samples without
 * phonemes behind a part that has some are what a filter held back; the last phoneme goes on.
 */
export function isToBeHeard(part: SpeechPart, wasHeard: boolean): boolean {
  return part.phonemes.length === 0 && (wasHeard || part.pcm.length > restSamplesMax);
}

/** 5 ms: a resampler's filter at 8 kHz reaches 4 ms. */
const restSamplesMax = 240;
