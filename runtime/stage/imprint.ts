import type { Config } from "../../config/config.ts";
import type { Colour, Display, TextLine } from "../../drivers/display/display.ts";
import { dimBar } from "./bar.ts";
import type { Canvas } from "./canvas.ts";
import type { Box } from "./layout.ts";
import { type CaptionStyle, captionTop, plainStyle } from "./subtitle.ts";

/** What of the scene's configuration says where it goes. */
export type ImprintStyle = CaptionStyle & Pick<Config["scene"], "layout">;

const white: Colour = [255, 255, 255, 255];
/** Of the short side: to be read by who stands before the screen and looks for it. */
const lineShare = 0.03;
const linePxMin = 12;

/**
 * A small line that stays: above where captions come, within the safe area, at the edge where no
 * code stands. It says something of the kiosk itself and takes nothing from the show.
 */
export class Imprint {
  #text = "";
  #style: ImprintStyle = { ...plainStyle, layout: "full" };
  /** Where it was laid out last, and for what. */
  #laid: { readonly on: string; readonly bar: Box; readonly line: TextLine } | undefined;

  /** `""`: none. */
  show(text: string): void {
    this.#text = text;
    this.#laid = undefined;
  }

  set style(style: ImprintStyle) {
    this.#style = style;
    this.#laid = undefined;
  }

  /** Dims its bar on the canvas and returns the line to set on it; nothing where there is none. */
  draw(canvas: Canvas, display: Pick<Display, "measure">): readonly TextLine[] {
    if (this.#text === "") return [];
    const on = `${canvas.width}x${canvas.height}`;
    if (this.#laid?.on !== on) this.#laid = { on, ...this.#layOut(canvas, display) };
    dimBar(canvas, this.#laid.bar);
    return [this.#laid.line];
  }

  #layOut(canvas: Canvas, display: Pick<Display, "measure">): { bar: Box; line: TextLine } {
    const short = Math.min(canvas.width, canvas.height);
    const edge = Math.round(short * this.#style.safeArea);
    const sizePx = Math.max(linePxMin, Math.round(short * lineShare));
    const rim = Math.round(sizePx / 3);
    const height = sizePx + 2 * rim;
    const widthMax = canvas.width - 2 * edge;
    const width = Math.min(widthMax, Math.ceil(display.measure(this.#text, sizePx)) + 4 * rim);
    const x = this.#style.layout === "right" ? canvas.width - edge - width : edge;
    const y = captionTop(canvas, this.#style) - rim - height;
    const line = { text: this.#text, x: x + 2 * rim, y: y + rim, sizePx, colour: white };
    return { bar: { x, y, width, height }, line };
  }
}
