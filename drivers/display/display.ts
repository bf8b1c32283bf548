/**
 * A screen that shows finished frames.
 *
 * Opened, drawn to, and closed on one thread. `show` blocks until the picture is handed over, never
 * for a vertical blank it does not have, and does no pacing: when a frame is due is the caller's
 * business. The driver keeps no reference to a frame after `show` returns. Opening fails with an
 * error that says what is missing; once open, a display never throws for a lost screen: it reports
 * it in `fault` and goes on taking frames, so that the picture is back when the screen is.
 */
export interface Display extends Disposable {
  /** What shows it, for people: `"memory"`, `"drm-sw"`, `"window"`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly fault: string | undefined;
  /** Width in pixels of one line set at `sizePx`; what `show` will take for the same line. */
  measure(text: string, sizePx: number): number;
  show(frame: Frame): void;
  /**
   * Takes pictures of another size from the next `show` on; what is shown stays until then. False,
   * and nothing changes, where the size is the screen's own.
   */
  resize(size: { readonly width: number; readonly height: number }): boolean;
  /** Turns the screen off until the next `show`; `read` gives black until then. */
  rest(): void;
  /** Copies the picture as shown, text included, into `rgba`: width * height * 4, top row first. */
  read(rgba: Uint8Array): void;
}

/** One finished picture: pixels, and the lines of text that the display sets on top of them. */
export interface Frame {
  /** RGBA, width * height * 4 bytes, top row first; alpha is ignored. */
  readonly pixels: Uint8Array;
  readonly text: readonly TextLine[];
  /**
   * Where the pixels differ from those of the frame shown before: a byte for each 16 x 16 pixels,
   * row by row from the top left, 0 for no. Absent: everywhere.
   */
  readonly changed?: Uint8Array;
}

export interface TextLine {
  readonly text: string;
  /** Left end of the line and top of its box, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Height of the line box in pixels, a whole number. */
  readonly sizePx: number;
  readonly colour: Colour;
}

/** Red, green, blue, opacity; each 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];
