import { sampleRateHz } from "../../config/sound.ts";
import type { TimedWord } from "../../drivers/voice/voice.ts";

/**
 * Words of a text that is said in a sound of which only the samples are known: each gets the time
 * that saying the ones before it takes at a usual pace, pauses not counted. Good enough to turn the
 * pages of captions, not to move lips.
 */
export class PacedWords {
  readonly #words: readonly Paced[];
  #given = 0;
  /** Samples that sounded so far. */
  #sounded = 0;

  constructor(text: string) {
    this.#words = pace(text);
  }

  /** The words that begin within `pcm` (48 kHz), which begins at `atSample`. */
  heard(pcm: Int16Array, atSample: number): TimedWord[] {
    const begun: TimedWord[] = [];
    for (let at = 0; at < pcm.length; at += windowSamples) {
      const window = pcm.subarray(at, at + windowSamples);
      if (!window.some((sample) => Math.abs(sample) > audible)) continue;
      this.#sounded += window.length;
      for (;;) {
        const word = this.#words[this.#given];
        if (!word || word.afterSamples >= this.#sounded) break;
        begun.push({ atSample: atSample + at, start: word.start, length: word.length });
        this.#given++;
      }
    }
    return begun;
  }
}

interface Paced {
  readonly start: number;
  readonly length: number;
  readonly afterSamples: number;
}

const windowSamples = sampleRateHz / 50;
/** About -36 dB of full scale: quieter windows are pauses. */
const audible = 500;

/**
 * Letters with their blanks and signs: 150 words a minute of six; a Chinese character is a syllable
 * and takes as long as three of them (Pellegrino et al., Language 87 (2011): five to eight
 * syllables a second).
 */
const lettersPerSecond = 15;
const lettersPerCharacter = 3;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

function pace(text: string): readonly Paced[] {
  const words: Paced[] = [];
  let letters = 0;
  for (const { index, segment, isWordLike } of segmenter.segment(text)) {
    const afterSamples = Math.round((letters * sampleRateHz) / lettersPerSecond);
    if (isWordLike) words.push({ start: index, length: segment.length, afterSamples });
    for (const letter of segment) letters += isSyllable.test(letter) ? lettersPerCharacter : 1;
  }
  return words;
}

const isSyllable = /\p{Script=Han}|\p{Script=Hangul}/u;
