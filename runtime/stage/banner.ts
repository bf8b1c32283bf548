import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";
import type { Canvas } from "./canvas.ts";

const white: Colour = [255, 255, 255, 255];
/** Share of the short side, to be read from across a hall. */
const lineShare = 0.09;

/** A text on top of everything for a while, so that somebody before the screen finds this one. */
export class Banner {
  #text = "";
  #forMs = 0;
  #untilMs = 0;

  /** Counts from the next frame on; a second one takes the place of the first. */
  show(text: string, forMs: number): void {
    this.#text = text;
    this.#forMs = forMs;
    this.#untilMs = Number.POSITIVE_INFINITY;
  }

  /** Whether there is something to show. */
  isOn(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  /** Blackens the bar on the canvas and returns the line to set on it; nothing when it is over. */
  draw(canvas: Canvas, display: Display, nowMs: number): readonly TextLine[] {
    if (!this.isOn(nowMs)) return [];
    if (this.#untilMs === Number.POSITIVE_INFINITY) this.#untilMs = nowMs + this.#forMs;
    const sizePx = this.#sizeFor(display);
    const top = sizePx;
    blacken(canvas, top, 2 * sizePx);
    canvas.changed?.cover(0, top, canvas.width, 2 * sizePx);
    const x = Math.round((display.width - display.measure(this.#text, sizePx)) / 2);
    return [{ text: this.#text, x, y: top + Math.round(sizePx / 2), sizePx, colour: white }];
  }

  /** A long text is set smaller rather than cut off. */
  #sizeFor(display: Display): number {
    const wished = Math.round(Math.min(display.width, display.height) * lineShare);
    const width = display.measure(this.#text, wished);
    return Math.max(1, Math.floor(wished * Math.min(1, (0.9 * display.width) / width)));
  }
}

function blacken({ pixels, width, height }: Canvas, top: number, rows: number): void {
  const end = Math.min(height, top + rows);
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  words.fill(0xff000000, top * width, end * width);
}
