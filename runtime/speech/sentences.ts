/** A stretch of a text that is said in one go; the stretches of a text cover all of it. */
export interface Sentence {
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** Silence behind it, in ms, at the usual speed. */
  readonly pauseMs: number;
}

/**
 * Cuts a text into sentences, and long ones at a comma or at least between words, so that the first
 * sound never waits for much: the first stretch has up to 120 characters, later ones up to 240.
 * Full stops within abbreviations, initials, numbers and ordinals end nothing. `lang` is a BCP 47
 * tag. Any text gives stretches that join without gap or overlap; only blank ones give none.
 */
export function sentencesOf(text: string, lang: string): readonly Sentence[] {
  const ends = endsOf(text, lang);
  const stretches: Sentence[] = [];
  let start = 0;
  let seen = 0;
  for (const { end, pauseMs } of ends) {
    const isSilent = !isSpeakable.test(text.slice(seen, end));
    seen = end;
    if (isSilent) continue;
    stretches.push({ start, end, pauseMs });
    start = end;
  }
  const last = stretches.pop();
  if (!last) return [];
  return cutLong(text, [...stretches, { ...last, end: text.length }]);
}

const sentenceMs = 350;
const paragraphMs = 600;
const commaMs = 150;

/** Something that a voice may give a sound: letters, numbers, signs such as % and +. */
const isSpeakable = /[\p{L}\p{N}\p{S}%&@#§]/u;

interface End {
  readonly end: number;
  readonly pauseMs: number;
}

/** What may stand between the sign that ends a sentence and the space behind it. */
const closers = String.raw`["'”’»›)\]}」』）】》〉]*`;
const marks = new RegExp(
  [
    `(?<wide>[。！？｡]+${closers})`,
    String.raw`(?<stop>[.!?…‽؟।]+${closers})(?=\s|$|\p{Script=Han})`,
    String.raw`(?<gap>\n[^\S\n]*\n\s*)`,
  ].join("|"),
  "gu",
);

function endsOf(text: string, lang: string): End[] {
  const ends: End[] = [];
  for (const match of text.matchAll(marks)) {
    const { wide, gap } = match.groups ?? {};
    const end = match.index + match[0].length;
    if (gap !== undefined) ends.push({ end, pauseMs: paragraphMs });
    else if (wide !== undefined || isEnd(text, match, lang)) {
      const space = /^\s{0,64}/u.exec(text.slice(end, end + 64))?.[0] ?? "";
      const pauseMs = /\n\s*\n/u.test(space) ? paragraphMs : sentenceMs;
      ends.push({ end: end + space.length, pauseMs });
    }
  }
  ends.push({ end: text.length, pauseMs: 0 });
  return ends;
}

/** Whether a Latin full stop really ends its sentence. */
function isEnd(text: string, match: RegExpMatchArray, lang: string): boolean {
  const index = match.index ?? 0;
  const end = index + match[0].length;
  const after = text.slice(end, end + 24).trimStart();
  if (/^(?:\.{2,}|…)/u.test(match[0])) return !/^\p{Ll}/u.test(after);
  if (!/^\.["'”’»›)\]]*$/u.test(match[0])) return true;
  const before = /[\p{L}\p{N}.]*$/u.exec(text.slice(Math.max(0, index - 24), index))?.[0] ?? "";
  if (after === "") return true;
  if (/^\p{Ll}/u.test(after)) return false;
  if (/^\p{Lu}$/u.test(before) && !/^I$/u.test(before)) return false;
  const [language = ""] = lang.toLowerCase().split(/[-_]/u);
  if (/^\d{1,2}$/u.test(before) && ordinalMonths[language]?.test(after)) return false;
  return !abbreviations[language]?.test(before);
}

/** Abbreviations that are hardly ever the last word of a sentence. */
const abbreviations: Readonly<Record<string, RegExp>> = {
  en: /^(?:dr|mr|mrs|ms|prof|st|vs|e\.g|i\.e|approx|gen|sgt|capt|fig|vol)$/iu,
  de: /^(?:dr|prof|nr|str|bzw|ca|z\.b|d\.h|u\.a|hr|fr|evtl|ggf|inkl|zzgl|tel|vgl|st)$/iu,
  fr: /^(?:m|mm|mme|mlle|dr|pr|st|ste|n|no|tél|av|bd|p\.ex|env)$/iu,
  es: /^(?:sr|sra|srta|dr|dra|d|dña|av|avda|núm|n|tel|pág|ej|p\.ej|ud|uds)$/iu,
  pt: /^(?:sr|sra|dr|dra|prof|av|r|n|núm|tel|pág|p\.ex|ex)$/iu,
};

/** `am 5. Mai`: behind such a number comes a month, or it is a sentence's end. */
const ordinalMonths: Readonly<Record<string, RegExp>> = {
  de: /^(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Stock|Etage|Jahrhundert|Klasse)/u,
};

const firstCharsMax = 120;
const charsMax = 240;
/** A sign of Chinese or Japanese takes as long as three or four letters. */
const wideChars = 3;

function cutLong(text: string, sentences: readonly Sentence[]): readonly Sentence[] {
  const parts: Sentence[] = [];
  for (const sentence of sentences) {
    let { start } = sentence;
    for (;;) {
      const max = parts.length === 0 ? firstCharsMax : charsMax;
      const cut = cutAt(text, start, { end: sentence.end, max });
      if (cut === undefined) break;
      const isComma = /[,;:，；：、—–]["'”’»)\]]*\s*$/u.test(text.slice(start, cut));
      parts.push({ start, end: cut, pauseMs: isComma ? commaMs : 0 });
      start = cut;
    }
    parts.push({ ...sentence, start });
  }
  return parts;
}

/** Where a stretch that is too long ends: behind a comma, else a space, else a character. */
function cutAt(text: string, start: number, to: { end: number; max: number }): number | undefined {
  const reach = reachOf(text, start, to);
  if (reach >= to.end) return undefined;
  const part = text.slice(start, reach);
  const least = part.length / 3;
  for (const pattern of [/[,;:—–]\s+|[，；：、]/gu, /\s+/gu]) {
    const last = [...part.matchAll(pattern)].at(-1);
    const cut = last && last.index + last[0].length;
    if (cut && cut > least && canCut(text, start, { cut: start + cut, end: to.end })) {
      return start + cut;
    }
  }
  return canCut(text, start, { cut: reach, end: to.end }) ? reach : undefined;
}

function canCut(text: string, start: number, { cut, end }: { cut: number; end: number }): boolean {
  return isSpeakable.test(text.slice(start, cut)) && isSpeakable.test(text.slice(cut, end));
}

/** How far `max` narrow characters reach, never into the middle of a character. */
function reachOf(text: string, start: number, { end, max }: { end: number; max: number }): number {
  let at = start;
  let width = 0;
  for (const character of text.slice(start, start + max)) {
    width += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character)
      ? wideChars
      : 1;
    if (width > max) return at;
    at += character.length;
  }
  return at >= end ? end : at;
}
