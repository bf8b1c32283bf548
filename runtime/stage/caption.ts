/** A stretch of the caption text that is set as one line: UTF-16 offsets, end exclusive. */
export interface CaptionLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Lines that are shown together. */
export type CaptionPage = readonly CaptionLine[];

export interface CaptionRoom {
  readonly widthPx: number;
  readonly linesMax: number;
  /** Width of a text in pixels as the display sets it. */
  readonly measure: (text: string) => number;
}

/**
 * Breaks `text` into pages of lines that fit. A page ends with a sentence where it can, so that a
 * sentence never begins in the last words of a page. Breaks stand where Unicode's word segmentation
 * (UAX #29, by Intl.Segmenter) has a boundary, never before closing punctuation; a word that is
 * wider than the room is cut by grapheme.
 */
export function layOutCaption(text: string, room: CaptionRoom): readonly CaptionPage[] {
  const pages: CaptionPage[] = [];
  for (const sentence of sentences(text)) {
    const lines = breakLines(sentence, room);
    for (let first = 0; first < lines.length; first += room.linesMax) {
      pages.push(lines.slice(first, first + room.linesMax));
    }
  }
  return pages;
}

/** The page that holds the character at `offset`; undefined before the first page. */
export function pageAt(pages: readonly CaptionPage[], offset: number): CaptionPage | undefined {
  return pages.findLast((page) => page[0] !== undefined && page[0].start <= offset);
}

interface Piece {
  readonly start: number;
  readonly text: string;
}

function sentences(text: string): Piece[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });
  return [...segmenter.segment(text)].map(({ index, segment }) => ({
    start: index,
    text: segment,
  }));
}

function breakLines(sentence: Piece, room: CaptionRoom): CaptionLine[] {
  const lines: CaptionLine[] = [];
  let start = sentence.start;
  let line = "";
  for (const piece of unbreakable(sentence, room)) {
    if (line !== "" && room.measure((line + piece.text).trimEnd()) > room.widthPx) {
      lines.push(asLine(start, line));
      start = piece.start;
      line = "";
    }
    line += piece.text;
  }
  lines.push(asLine(start, line));
  return lines.filter((candidate) => candidate.text !== "");
}

function asLine(start: number, raw: string): CaptionLine {
  return { start, end: start + raw.length, text: raw.replace(/\s+/gu, " ").trim() };
}

/** Words with the punctuation and space that must stay with them; too wide ones in graphemes. */
function unbreakable(sentence: Piece, room: CaptionRoom): Piece[] {
  const pieces: Piece[] = [];
  let opening: Piece | undefined;
  for (const { index, segment } of wordSegmenter.segment(sentence.text)) {
    const text = (opening?.text ?? "") + segment;
    const start = opening?.start ?? sentence.start + index;
    opening = undefined;
    const last = pieces.at(-1);
    if (isOpening(segment)) opening = { start, text };
    else if (last && sticks(segment)) pieces.splice(-1, 1, { ...last, text: last.text + text });
    else pieces.push({ start, text });
  }
  if (opening) pieces.push(opening);
  return pieces.flatMap((piece) => (fits(piece, room) ? [piece] : graphemes(piece)));
}

const wordSegmenter = new Intl.Segmenter(undefined, { granularity: "word" });
const graphemeSegmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function isOpening(segment: string): boolean {
  return /^[\p{Ps}\p{Pi}¿¡]$/u.test(segment);
}

function sticks(segment: string): boolean {
  return /^(?:\s+|[\p{Pe}\p{Pf}\p{Po}\p{Pd}])+$/u.test(segment);
}

function fits(piece: Piece, room: CaptionRoom): boolean {
  return room.measure(piece.text.trimEnd()) <= room.widthPx;
}

function graphemes(piece: Piece): Piece[] {
  return [...graphemeSegmenter.segment(piece.text)].map(({ index, segment }) => ({
    start: piece.start + index,
    text: segment,
  }));
}
