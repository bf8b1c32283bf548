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
 * Whether a part is left to the speech model: its voice tells no phonemes, and it is no mere pause.
 * A few samples without phonemes behind a part that has some are what a filter held back.
 */
export function isToBeHeard({ phonemes, pcm }: SpeechPart, wasHeard: boolean): boolean {
  if (phonemes.length > 0 || wasHeard) return phonemes.length === 0;
  return pcm.length > restSamplesMax && pcm.some((sample) => Math.abs(sample) > audible);
}

/** 5 ms: a resampler's filter at 8 kHz reaches 4 ms. */
const restSamplesMax = 240;
/** About -50 dB of full scale: the noise of a voice that pauses stays below it. */
const audible = 100;
