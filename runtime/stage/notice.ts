import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";
import type { Canvas } from "./canvas.ts";
import { layOutCaption } from "./caption.ts";
import type { NoticeCard } from "./card.ts";
import { paintQr } from "./qr.ts";
import { newCanvas } from "./raster.ts";

const ink: Colour = [24, 28, 36, 255];
const paper = 0xffffffff;
/** Shares of the short side: to be read from an arm's length, the code from two metres. */
const share = { line: 0.036, title: 0.052, code: 0.34, margin: 0.04 } as const;

/** A card over the lower part of the greeter: what is to be done, and a code to scan. */
export class Notice {
  readonly #display: Display;
  #wanted: NoticeCard | undefined;
  #card: Card | undefined;

  constructor(display: Display) {
    this.#display = display;
  }

  /** Stays until another one comes, or none. */
  show(card: NoticeCard | undefined): void {
    this.#wanted = card;
    this.layOut();
  }

  /** Fits the card to the display, whose size is another one now. */
  layOut(): void {
    this.#card = this.#wanted && layOut(this.#wanted, this.#display);
  }

  get isOn(): boolean {
    return this.#card !== undefined;
  }

  /** Lays the card on the canvas and returns the lines to set on it; nothing without a card. */
  draw(canvas: Canvas): readonly TextLine[] {
    if (!this.#card) return [];
    const { picture, left, top, lines } = this.#card;
    const bytes = picture.width * 4;
    canvas.changed?.cover(left, top, picture.width, picture.height);
    for (let row = 0; row < picture.height; row++) {
      const from = picture.pixels.subarray(row * bytes, (row + 1) * bytes);
      canvas.pixels.set(from, ((top + row) * canvas.width + left) * 4);
    }
    return lines;
  }
}

interface Card {
  readonly picture: Canvas;
  readonly left: number;
  readonly top: number;
  readonly lines: readonly TextLine[];
}

/** The code on the left, the text beside it, all of it as low as the margin allows. */
function layOut({ title, lines, code }: NoticeCard, display: Display): Card {
  const short = Math.min(display.width, display.height);
  const margin = Math.round(short * share.margin);
  const width = Math.min(display.width - 2 * margin, Math.round(short * 1.4));
  const codePx = Math.round(short * share.code);
  const left = Math.round((display.width - width) / 2);
  const widthPx = width - codePx - 3 * margin;
  const rows = [
    ...rowsOf(title, Math.round(short * share.title), widthPx, display),
    ...lines.flatMap((line) => rowsOf(line, Math.round(short * share.line), widthPx, display)),
  ];
  const textPx = rows.reduce((sum, { sizePx }) => sum + Math.round(sizePx * 1.3), 0);
  const most = display.height - 2 * margin;
  const height = Math.min(most, Math.max(codePx, textPx) + 2 * margin);
  const picture = newCanvas(width, height);
  new Uint32Array(picture.pixels.buffer).fill(paper);
  paintQr(picture, code, { left: margin, top: margin, sidePx: codePx });
  const top = display.height - height - margin;
  return { picture, left, top, lines: setAt(rows, left + codePx + 2 * margin, top + margin) };
}

type Row = Pick<TextLine, "text" | "sizePx">;

function rowsOf(text: string, sizePx: number, widthPx: number, display: Display): Row[] {
  const measure = (line: string): number => display.measure(line, sizePx);
  const pages = layOutCaption(text, { widthPx, linesMax: 1, measure });
  return pages.flatMap((page) => page.map((line) => ({ text: line.text, sizePx })));
}

function setAt(rows: readonly Row[], x: number, top: number): TextLine[] {
  let y = top;
  return rows.map((row) => {
    const line = { ...row, x, y, colour: ink };
    y += Math.round(row.sizePx * 1.3);
    return line;
  });
}
