import { mnemonicsOf } from "./mnemonics.ts";
import type { SpeakRequest, TimedWord } from "./voice.ts";

/** A text with its given sounds written out for the program, and the way back. */
export interface Spelling {
  readonly text: string;
  /** Whether `[[...]]` in it are phonemes. */
  readonly spelled: boolean;
  /** A sound that was given could not be written: what stands there is read as text. */
  readonly isPartial: boolean;
  /** A word of `text` as a place in the request's text. */
  placeOf(word: TimedWord): TimedWord;
}

/** Writes given sounds in the program's notation. */
export function spell({ text, sounds = [] }: SpeakRequest): Spelling {
  const written = sounds.map((sound) => ({ ...sound, mnemonics: mnemonicsOf(sound.ipa) }));
  const known = written.filter(({ mnemonics, length }) => mnemonics !== undefined && length > 0);
  const isPartial = known.length < sounds.length;
  const unspelled = { text: sayable(text), spelled: false, isPartial };
  if (known.length === 0) return { ...unspelled, placeOf: (word) => word };
  const stretches: Stretch[] = [];
  let spelled = "";
  let from = 0;
  const add = (part: string, start: number, length: number, isSound: boolean) => {
    stretches.push({ at: spelled.length, start, length, isSound });
    spelled += part;
  };
  for (const { start, length, mnemonics } of known) {
    add(sayable(text.slice(from, start)).replaceAll("[[", "(("), from, start - from, false);
    add(`[[${mnemonics}]]`, start, length, true);
    from = start + length;
  }
  add(sayable(text.slice(from)).replaceAll("[[", "(("), from, text.length - from, false);
  const placeOf = (word: TimedWord): TimedWord => {
    const stretch = stretches.findLast(({ at }) => at <= word.start);
    if (!stretch) return word;
    if (stretch.isSound) return { ...word, start: stretch.start, length: stretch.length };
    return { ...word, start: stretch.start + word.start - stretch.at };
  };
  return { text: spelled, spelled: true, isPartial, placeOf };
}

interface Stretch {
  readonly at: number;
  readonly start: number;
  readonly length: number;
  readonly isSound: boolean;
}

/**
 * The text as the library may see it, character for character: control characters are commands to
 * it, and NUL is its end; they become spaces, so that positions stay.
 */
export function sayable(text: string): string {
  return text.replaceAll(controls, " ");
}

const controls = /[\p{Cc}]/gu;
