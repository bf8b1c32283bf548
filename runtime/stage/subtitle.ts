import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";
import type { TimedWord } from "../../drivers/voice/voice.ts";
import type { Canvas } from "./canvas.ts";
import { type CaptionPage, layOutCaption, pageAt } from "./caption.ts";

const white: Colour = [255, 255, 255, 255];

/** Share of the short side: line height and margin, chosen to be read from three metres. */
const lineShare = 0.058;
const marginShare = 0.05;
const linesMax = 2;
/** Opacity of the bar behind the text; white on it keeps a contrast over 7:1 (WCAG 2.2, 1.4.6). */
const barOpacity = 0.72;

/** The captions of one utterance: laid out once, turned page by page by the words' own times. */
export class Subtitle {
  #text = "";
  #pages: readonly CaptionPage[] = [];
  readonly #words: TimedWord[] = [];
  readonly #sizePx: number;
  readonly #marginPx: number;
  readonly #display: Display;
  #shown: CaptionPage | undefined;
  #lines: readonly TextLine[] = [];

  constructor(text: string, display: Display) {
    const short = Math.min(display.width, display.height);
    this.#sizePx = Math.round(short * lineShare);
    this.#marginPx = Math.round(short * marginShare);
    this.#display = display;
    this.extend(text);
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
    if (this.#lines.length > 0) dimBar(canvas, this.#bar());
    return this.#lines;
  }

  #set(page: CaptionPage | undefined): void {
    this.#shown = page;
    const { width } = this.#display;
    const top = this.#bar().y + Math.round(this.#marginPx / 2);
    const empty = linesMax - (page?.length ?? 0);
    this.#lines = (page ?? []).map((line, row) => ({
      text: line.text,
      x: Math.round((width - this.#display.measure(line.text, this.#sizePx)) / 2),
      y: top + Math.round((row + empty / 2) * this.#sizePx),
      sizePx: this.#sizePx,
      colour: white,
    }));
  }

  #bar(): Box {
    const height = linesMax * this.#sizePx + this.#marginPx;
    return {
      x: this.#marginPx,
      y: this.#display.height - height - this.#marginPx,
      width: this.#display.width - 2 * this.#marginPx,
      height,
    };
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Darkens a box with rounded corners. */
function dimBar({ pixels, width, changed }: Canvas, box: Box): void {
  changed?.cover(box.x, box.y, box.width, box.height);
  const radius = Math.round(box.height / 5);
  const keep = Math.round(256 * (1 - barOpacity));
  for (let row = 0; row < box.height; row++) {
    const inset = cornerInset(row, box.height, radius);
    const from = ((box.y + row) * width + box.x + inset) * 4;
    const until = ((box.y + row) * width + box.x + box.width - inset) * 4;
    for (let at = from; at < until; at += 4) {
      pixels[at] = (pixels[at]! * keep) >> 8;
      pixels[at + 1] = (pixels[at + 1]! * keep) >> 8;
      pixels[at + 2] = (pixels[at + 2]! * keep) >> 8;
    }
  }
}

function cornerInset(row: number, height: number, radius: number): number {
  const depth = radius - Math.min(row, height - 1 - row) - 0.5;
  if (depth <= 0) return 0;
  return Math.round(radius - Math.sqrt(radius * radius - depth * depth));
}
