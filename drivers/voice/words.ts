/** Where a word stands in a text: UTF-16 offset and length. */
interface WordPlace {
  readonly start: number;
  readonly length: number;
}

/**
 * Turns the word positions of espeak-ng (characters from 1, lengths at times too short: `It` of
 * `It's`) into places in the text; says nothing for positions that are no word or are told twice,
 * as happens where one sign is read as several words.
 */
export class WordFinder {
  readonly #text: string;
  readonly #offsets: Uint32Array | undefined;
  #spokenUntil = 0;

  constructor(text: string) {
    this.#text = text;
    this.#offsets = /[\uD800-\uDBFF]/.test(text) ? characterOffsets(text) : undefined;
  }

  find(character: number, length: number): WordPlace | undefined {
    const told = this.#offsetOf(character - 1);
    const start = this.#afterSpace(told);
    const end = this.#endOfWord(this.#offsetOf(character - 1 + length) + start - told);
    const isStray = start > told && length === 1 && end > start + 1;
    const isWord = isInk.test(this.#text.slice(start, end));
    if (length === 0 || start < this.#spokenUntil || isStray || !isWord) return undefined;
    this.#spokenUntil = end;
    return { start, length: end - start };
  }

  /** After a full stop that ends no sentence the position is that of the space. */
  #afterSpace(offset: number): number {
    return isSpace.test(this.#text.charAt(offset)) ? offset + 1 : offset;
  }

  #offsetOf(character: number): number {
    const bounded = Math.max(0, character);
    if (!this.#offsets) return Math.min(bounded, this.#text.length);
    return this.#offsets[bounded] ?? this.#text.length;
  }

  #endOfWord(from: number): number {
    let end = from;
    while (end < this.#text.length && isSpelled.test(this.#text.charAt(end))) end++;
    return end;
  }
}

const isInk = /[^\p{P}\s]/u;
const isSpace = /\s/u;
/** Letters of the scripts that put spaces between words. */
const isSpelled = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}\p{Nd}'’]/u;

function characterOffsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1).fill(text.length);
  let at = 0;
  let index = 0;
  for (const character of text) {
    offsets[index++] = at;
    at += character.length;
  }
  return offsets;
}
