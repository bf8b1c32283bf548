/** How something written is read out: `say` gives the words, or undefined to leave it as it is. */
export interface ReadingRule {
  /** Global; matches inside what no earlier rule has taken. */
  readonly pattern: RegExp;
  say(match: RegExpMatchArray, lang: string): string | undefined;
}

/** What no language reads out: emoji, the marks of Markdown, the scheme of a web address. */
export const commonRules: readonly ReadingRule[] = [
  {
    pattern:
      /(?:[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]|\u200D|\uFE0F)+/gu,
    say: ([signs]) => (/^[©®™]+$/u.test(signs) ? undefined : ""),
  },
  { pattern: /\*+|(?<=^|\s)[_`]+|[_`]+(?=$|\s)|^#{1,6}\s+/gmu, say: () => "" },
  { pattern: /https?:\/\//giu, say: () => "" },
];
