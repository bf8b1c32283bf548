import type { SpeechPart } from "../speech/utterance.ts";
import type { Expected } from "./align.ts";
import { segmentsOf } from "./segments.ts";

/**
 * The shapes that a text makes, from somebody's reading of it with phonemes: their order and about
 * how long each one takes. Whoever says the same text may pause where the reader did and before
 * every word.
 */
export function expectedOf(reading: readonly SpeechPart[]): Expected[] {
  const words = reading.flatMap((part) => part.words.map(({ atSample }) => atSample));
  const expected: Expected[] = [];
  let paused = true;
  for (const { from, to, viseme } of reading.flatMap((part) => segmentsOf(part))) {
    const isWord = words.some((word) => word >= from - nearSamples && word < to - nearSamples);
    if (viseme === "sil") paused = true;
    else {
      expected.push({ viseme, length: to - from, mayPause: paused || isWord });
      paused = false;
    }
  }
  return expected;
}

/** Voices put a word and its first phoneme at moments that differ by some samples: 4 ms. */
const nearSamples = 200;
