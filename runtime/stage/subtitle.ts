import type { Config } from "../../config/config.ts";
import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";
import type { TimedWord } from "../../drivers/voice/voice.ts";
import { dimBar } from "./bar.ts";
import type { Canvas } from "./canvas.ts";
import { type CaptionPage, layOutCaption, pageAt } from "./caption.ts";
import type { Box } from "./layout.ts";

const white: Colour = [255, 255, 255, 255];

/** Share of the short side: line height and margin, chosen to be read from three metres. */
const lineShare = 0.058;
const linesMax = 2;

/** What of the scene's configuration concerns captions. */
export type CaptionStyle = Pick<Config["scene"], "captionStyle" | "captionSize" | "safeArea">;

export const plainStyle: CaptionStyle = { captionStyle: "bar", captionSize: 1, safeArea: 0.05 };

/** The captions of one utterance: laid out once, turned page by page by the words' own times. */
export class Subtitle {
  #text = "";
  #pages: readonly CaptionPage[] = [];
  readonly #words: TimedWord[] = [];
  readonly #sizePx: number;
  readonly #marginPx: number;
  readonly #display: Display;
  readonly #style: CaptionStyle;
  #shown: CaptionPage | undefined;
  #lines: readonly TextLine[] = [];

  constructor(display: Display, style: CaptionStyle = plainStyle) {
    const short = Math.min(display.width, display.height);
    this.#sizePx = Math.round(short * lineShare * style.captionSize);
    this.#marginPx = Math.round(short * style.safeArea);
    this.#display = display;
    this.#style = style;
  }

  /** The text goes on; pages that are complete stay as they are. */
  extend(text: string): void {
    this.#text += text;
    this.#pages = layOutCaption(this.#text, {
      widthPx: this.#display.width - 4 * this.#marginPx,
      linesMax,
      measure: (line) => this.#display.measure(line, this.#sizePx),
    });
  }

  /** Adds words whose times are known now; in order. */
  add(words: readonly TimedWord[]): void {
    this.#words.push(...words);
  }

  /** Dims the bar on the canvas and returns the lines to set on it, for `sample` of the sound. */
  draw(canvas: Canvas, sample: number): readonly TextLine[] {
    const spoken = this.#words.findLast((word) => word.atSample <= sample);
    const page = pageAt(this.#pages, spoken?.start ?? 0);
    if (page !== this.#shown) this.#set(page);
    if (this.#lines.length > 0 && this.#style.captionStyle === "bar") dimBar(canvas, this.#bar());
    if (this.#lines.length > 0 && this.#style.captionStyle === "band")
      blacken(canvas, this.#bar().y);
    return this.#lines;
  }

  #set(page: CaptionPage | undefined): void {
    this.#shown = page;
    const { width } = this.#display;
    const top = this.#bar().y + Math.round(this.#marginPx / 2);
    const empty = linesMax - (page?.length ?? 0);
    const lines = (page ?? []).map((line, row) => ({
      text: line.text,
      x: Math.round((width - this.#display.measure(line.text, this.#sizePx)) / 2),
      y: top + Math.round((row + empty / 2) * this.#sizePx),
      sizePx: this.#sizePx,
      colour: white,
    }));
    const rim = Math.max(1, Math.round(this.#sizePx * rimShare));
    this.#lines =
      this.#style.captionStyle === "outline" ? lines.flatMap((line) => outlined(line, rim)) : lines;
  }

  #bar(): Box {
    const y = captionTop(this.#display, this.#style);
    return {
      x: this.#marginPx,
      y,
      width: this.#display.width - 2 * this.#marginPx,
      height: this.#display.height - this.#marginPx - y,
    };
  }
}

/** The row from which on captions stand. */
export function captionTop(
  { width, height }: { readonly width: number; readonly height: number },
  { captionSize, safeArea }: CaptionStyle,
): number {
  const short = Math.min(width, height);
  const marginPx = Math.round(short * safeArea);
  return height - linesMax * Math.round(short * lineShare * captionSize) - 2 * marginPx;
}

/** Of a line's size: the rim of outlined letters. */
const rimShare = 0.06;
const dark: Colour = [0, 0, 0, 255];

/** The line eight times in the dark around itself, then itself. */
function outlined(line: TextLine, rim: number): TextLine[] {
  const steps = [-1, 0, 1];
  const around = steps.flatMap((down) =>
    steps.map((across) => [across * rim, down * rim] as const),
  );
  const rims = around
    .filter(([x, y]) => x !== 0 || y !== 0)
    .map(([x, y]) => ({ ...line, x: line.x + x, y: line.y + y, colour: dark }));
  return [...rims, line];
}

/** Everything from row `top` down. */
function blacken({ pixels, width, height, changed }: Canvas, top: number): void {
  changed?.cover(0, top, width, height - top);
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  words.fill(0xff000000, top * width, height * width);
}
