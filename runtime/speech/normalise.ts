import type { GivenSound } from "../../drivers/voice/voice.ts";
import { chineseRules } from "./chinese.ts";
import { englishRules } from "./english.ts";
import { frenchRules } from "./french.ts";
import { germanRules } from "./german.ts";
import { japaneseRules } from "./japanese.ts";
import { portugueseRules } from "./portuguese.ts";
import { commonRules, type ReadingRule } from "./rule.ts";
import type { Piece } from "./script.ts";
import { spanishRules } from "./spanish.ts";

/** Text as the voice shall read it, which remembers where everything stood in the original. */
export interface Reading {
  readonly text: string;
  /** What of `text` is said with given sounds, in order. */
  readonly sounds: readonly GivenSound[];
  /**
   * The place in the original text that a place in `text` was made from: the same characters where
   * nothing changed, the whole of what was replaced elsewhere.
   */
  origin(start: number, length: number): { readonly start: number; readonly length: number };
}

/**
 * Writes out what a voice reads badly: prices, times, dates, units, ranges, phone numbers,
 * abbreviations, each language by its own rules. Every language loses its emoji. `lang` is a BCP 47
 * tag. Pieces that are fixed stay as they are.
 */
export function normalise(given: readonly Piece[], lang: string): Reading {
  let pieces = given;
  for (const rule of [...commonRules, ...rulesOf(lang)]) pieces = applied(pieces, rule, lang);
  const spokenStarts: number[] = [];
  let spoken = "";
  for (const piece of pieces) {
    spokenStarts.push(spoken.length);
    spoken += piece.text;
  }
  const sounds = pieces.flatMap(({ ipa, text }, index) =>
    ipa === undefined ? [] : [{ start: spokenStarts[index] ?? 0, length: text.length, ipa }],
  );
  return {
    text: spoken,
    sounds,
    origin(start, length) {
      const index = lastAtOrBefore(spokenStarts, start);
      const piece = pieces[index];
      if (!piece) return { start, length };
      if (isSettled(piece)) return { start: piece.start, length: piece.length };
      const within = start - (spokenStarts[index] ?? 0);
      return { start: piece.start + within, length: Math.min(length, piece.length - within) };
    },
  };
}

/** No rule reads it: it is fixed, or an entity, whose place is longer than what it says. */
function isSettled({ text, length, isFixed }: Piece): boolean {
  return isFixed || text.length !== length;
}

function rulesOf(lang: string): readonly ReadingRule[] {
  const [language] = lang.toLowerCase().split(/[-_]/);
  return rulesByLanguage[language ?? ""] ?? [];
}

const rulesByLanguage: Readonly<Record<string, readonly ReadingRule[]>> = {
  en: englishRules,
  de: germanRules,
  es: spanishRules,
  fr: frenchRules,
  ja: japaneseRules,
  pt: portugueseRules,
  zh: chineseRules,
  cmn: chineseRules,
  yue: chineseRules,
};

function applied(pieces: readonly Piece[], rule: ReadingRule, lang: string): Piece[] {
  return pieces.flatMap((piece) => (isSettled(piece) ? [piece] : split(piece, rule, lang)));
}

function split(piece: Piece, rule: ReadingRule, lang: string): Piece[] {
  const parts: Piece[] = [];
  let from = 0;
  for (const match of piece.text.matchAll(rule.pattern)) {
    const said = rule.say(match, lang);
    if (said === undefined || match[0] === "") continue;
    parts.push(part(piece, from, match.index));
    const start = piece.start + match.index;
    parts.push({ text: said, start, length: match[0].length, isFixed: true });
    from = match.index + match[0].length;
  }
  parts.push(part(piece, from, piece.text.length));
  return parts.filter(({ length }) => length > 0);
}

function part(piece: Piece, from: number, to: number): Piece {
  const text = piece.text.slice(from, to);
  // What is left between two rules' work and has nothing to read is settled as well.
  const isFixed = text.length < piece.text.length && !/[\p{L}\p{N}\p{S}]/u.test(text);
  return { text, start: piece.start + from, length: text.length, isFixed };
}

function lastAtOrBefore(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
