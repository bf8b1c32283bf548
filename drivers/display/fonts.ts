import type { TextLine } from "./display.ts";
import type { Font, Raylib } from "./facade.ts";
import { Typeface } from "./typeface.ts";

/**
 * Sets lines of text: Open Sans for what it covers, Droid Sans Fallback for Chinese and Japanese,
 * Nanum Gothic for Korean, all on one baseline and with an em of the same height.
 *
 * Glyphs are rasterised at the size they are shown at, Latin at once and others when they first
 * come, a page for each batch of new ones; both pages and sizes are bounded, the oldest goes first.
 * No shaping, so no Arabic, Hindi, Thai: what no face covers shows as U+FFFD, emoji not at all.
 */
export class Fonts {
  #raylib: Raylib;
  readonly #faces: readonly Typeface[];
  /** The face of every code point that was ever asked for. */
  readonly #chosen = new Map<number, Typeface | undefined>();
  /** Most recently used last. */
  readonly #sheets = new Map<number, Sheet>();

  constructor(raylib: Raylib) {
    this.#raylib = raylib;
    this.#faces = faceFiles.map(({ file, from }) => Typeface.read(file, from));
  }

  /** Gives back all glyphs; to be called before the raylib that holds them is closed. */
  clear(): void {
    for (const sizePx of [...this.#sheets.keys()]) this.#dropSheet(sizePx);
  }

  /** Loads glyphs into this one from now on. */
  moveTo(raylib: Raylib): void {
    this.#raylib = raylib;
  }

  /** Width in pixels of a line as `draw` sets it. */
  measure(text: string, sizePx: number): number {
    const points = this.#readable(text);
    const sheet = this.#sheet(sizePx);
    this.#load(sheet, points);
    return points.reduce((width, point) => width + sheet.glyphs.get(point)!.advancePx, 0);
  }

  /** Draws a frame's lines. First all glyphs: a page must not go once it is drawn from. */
  draw(lines: readonly TextLine[]): void {
    const bySize = Map.groupBy(lines, (line) => line.sizePx);
    for (const [sizePx, group] of bySize) {
      this.#load(
        this.#sheet(sizePx),
        group.flatMap((line) => this.#readable(line.text)),
      );
    }
    for (const line of lines) this.#drawLine(line);
  }

  #drawLine(line: TextLine): void {
    const { glyphs } = this.#sheet(line.sizePx);
    let x = Math.round(line.x);
    let run = "";
    let runPx = 0;
    const points = this.#readable(line.text);
    for (const [index, point] of points.entries()) {
      const { page, advancePx } = glyphs.get(point)!;
      run += String.fromCodePoint(point);
      runPx += advancePx;
      const next = points[index + 1];
      if (next !== undefined && glyphs.get(next)!.page === page) continue;
      this.#raylib.text(page.font, run, [x, Math.round(line.y) + page.dropPx], line.colour);
      x += runPx;
      run = "";
      runPx = 0;
    }
  }

  /** The code points to draw: composed, without control characters, all of them drawable. */
  #readable(text: string): number[] {
    const plain = text.normalize("NFC").replace(ignorable, "").replace(space, " ");
    return Array.from(plain).flatMap((character) => this.#drawable(character));
  }

  #drawable(character: string): number | [] {
    const point = character.codePointAt(0)!;
    if (this.#faceOf(point) !== undefined) return point;
    return emoji.test(character) ? [] : replacement;
  }

  #faceOf(point: number): Typeface | undefined {
    if (this.#chosen.has(point)) return this.#chosen.get(point);
    const covering = [...this.#faces.keys()].filter((index) => this.#faces[index]!.covers(point));
    const own = covering.find((index) =>
      faceFiles[index]?.script?.test(String.fromCodePoint(point)),
    );
    const face = this.#faces[own ?? covering[0] ?? -1];
    this.#chosen.set(point, face);
    return face;
  }

  #sheet(sizePx: number): Sheet {
    const found = this.#sheets.get(sizePx);
    if (found !== undefined) {
      this.#sheets.delete(sizePx);
      this.#sheets.set(sizePx, found);
      return found;
    }
    const oldest = this.#sheets.keys().next();
    if (this.#sheets.size >= sizesMax && !oldest.done) this.#dropSheet(oldest.value);
    const sheet = { sizePx, glyphs: new Map(), pages: [] };
    this.#sheets.set(sizePx, sheet);
    this.#load(sheet, latin);
    return sheet;
  }

  #dropSheet(sizePx: number): void {
    for (const page of this.#sheets.get(sizePx)!.pages) this.#raylib.dropFont(page.font);
    this.#sheets.delete(sizePx);
  }

  /** Adds pages for what is missing; the first page, Latin, stays for good. */
  #load(sheet: Sheet, points: readonly number[]): void {
    if (points.every((point) => sheet.glyphs.has(point))) return;
    while (sheet.pages.length > pagesMax - this.#faces.length) this.#dropPage(sheet, 1);
    const missing = new Set(points.filter((point) => !sheet.glyphs.has(point)));
    for (const [face, group] of Map.groupBy(missing, (point) => this.#faceOf(point)!)) {
      this.#addPage(sheet, face, group);
    }
  }

  #dropPage(sheet: Sheet, index: number): void {
    const [page] = sheet.pages.splice(index, 1);
    for (const [point, glyph] of sheet.glyphs) {
      if (glyph.page === page) sheet.glyphs.delete(point);
    }
    this.#raylib.dropFont(page!.font);
  }

  #addPage(sheet: Sheet, face: Typeface, points: readonly number[]): void {
    const main = this.#faces[0]!;
    const sizePx = Math.max(1, Math.round((sheet.sizePx * emShare(main)) / emShare(face)));
    const font = this.#raylib.font(face.bytes(), sizePx, Int32Array.from(points));
    const page = { font, dropPx: baselinePx(main, sheet.sizePx) - baselinePx(face, sizePx) };
    sheet.pages.push(page);
    for (const point of points) {
      const advancePx = this.#raylib.measure(font, String.fromCodePoint(point));
      sheet.glyphs.set(point, { page, advancePx });
    }
  }
}

/** All glyphs of one size. */
interface Sheet {
  readonly sizePx: number;
  readonly glyphs: Map<number, Glyph>;
  readonly pages: Page[];
}

interface Page {
  readonly font: Font;
  /** How far below the line's top its own top is, so that all faces share the baseline. */
  readonly dropPx: number;
}

interface Glyph {
  readonly page: Page;
  readonly advancePx: number;
}

/** In this order, save for a face's own script: others may have a few stray letters of it. */
const faceFiles: readonly { file: string; from: string; script?: RegExp }[] = [
  {
    file: "/usr/share/fonts/truetype/open-sans/OpenSans-Semibold.ttf",
    from: "fonts-open-sans",
  },
  {
    file: "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    from: "fonts-droid-fallback",
  },
  {
    file: "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf",
    from: "fonts-nanum",
    script: /\p{Script=Hangul}/u,
  },
];

/** Captions in a few sizes and a HUD; a caption in Chinese adds a page of 10 to 40 glyphs. */
const sizesMax = 8;
const pagesMax = 64;

/** REPLACEMENT CHARACTER; Open Sans has it. */
const replacement = 0xfffd;

/** Characters without a picture: joiners, variation selectors, marks of direction. */
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const emoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u;
/** raylib gives an advance to U+0020 and U+3000 only, and starts a new line at U+000A. */
const space = /[\p{Cc}\p{Zl}\p{Zp}]|(?!\u3000)\p{Zs}/gu;

/** ASCII, Latin-1, and the punctuation and signs of European texts. */
const latin = [
  ...codePoints(0x20, 0x7e),
  ...codePoints(0xa1, 0xac),
  ...codePoints(0xae, 0xff),
  ...Array.from("–—‘’‚“”„†•…‰‹›€™", (character) => character.codePointAt(0)!),
];

function codePoints(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Share of the em in the line box: raylib lets ascent and descent fill the box. */
function emShare(face: Typeface): number {
  return face.unitsPerEm / (face.ascent + face.descent);
}

function baselinePx(face: Typeface, sizePx: number): number {
  return Math.trunc((face.ascent * sizePx) / (face.ascent + face.descent));
}
