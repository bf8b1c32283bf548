import { isHeard } from "./heard.ts";
import type { TimedWord } from "./voice.ts";

/** A word of a text and how much of the speaking it takes. */
export interface WeightedWord {
  readonly start: number;
  readonly length: number;
  /** Weight of all words before it, and its own. */
  readonly before: number;
  readonly weight: number;
}

/** The words of a text, each sign of Chinese and Japanese one; a word weighs its letters. */
export function weigh(text: string): readonly WeightedWord[] {
  let before = 0;
  return [...text.matchAll(words)].map(({ 0: word, index }) => {
    const weight = [...word].reduce((sum, sign) => sum + weightOf(sign), 0);
    const weighed = { start: index, length: word.length, before, weight };
    before += weight;
    return weighed;
  });
}

/**
 * Words with guessed times, for an engine that does not tell them: every word gets a share of the
 * moments at which something is said, by its letters. `moments` are rising samples.
 */
export function guessWords(text: string, moments: readonly number[]): readonly TimedWord[] {
  const weighed = weigh(text);
  const last = weighed.at(-1);
  if (!last || moments.length === 0) return [];
  const total = last.before + last.weight;
  return weighed.map(({ start, length, before }) => ({
    atSample: moments[Math.floor((before / total) * moments.length)] ?? 0,
    start,
    length,
  }));
}

/** The starts of stretches of 10 ms in which something can be heard. */
export function soundingMoments(pcm: Int16Array, rateHz: number): readonly number[] {
  const hop = Math.round(rateHz / 100);
  const moments: number[] = [];
  for (let at = 0; at < pcm.length; at += hop) {
    if (isHeard(pcm.subarray(at, at + hop))) moments.push(at);
  }
  return moments;
}

const single = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`;
const letter = String.raw`(?!${single})[\p{L}\p{M}\p{N}\p{S}%&@#§]`;
const words = new RegExp(`${single}|(?:${letter})+(?:['’.,:/-](?:${letter})+)*`, "gu");

/** A sign is a syllable of two or three letters, a figure is read as a word of about four. */
function weightOf(sign: string): number {
  if (/\p{N}/u.test(sign)) return 4;
  return new RegExp(single, "u").test(sign) ? 3 : 1;
}
