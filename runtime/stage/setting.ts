import {
  type Bending,
  type Filmed,
  type Pixels,
  type Raster,
  tilePixels,
  tilesAcross,
} from "../../drivers/pixels/pixels.ts";
import type { Canvas } from "./canvas.ts";
import { Changed } from "./changed.ts";
import { newCanvas, rasterOver } from "./raster.ts";
import { type Place, Zoom } from "./zoom.ts";

/** A mouth over one frame. */
export interface Bent {
  readonly patch: Raster;
  readonly bending: Bending;
  readonly frame: number;
}

/** A figure's picture at one place of one canvas, before one background of the canvas's size. */
export class Setting {
  /** Marks for who paints the whole canvas. */
  readonly all: Changed;
  readonly #figure: Filmed;
  readonly #canvas: Canvas;
  readonly #background: Canvas;
  readonly #place: Place;
  readonly #pixels: Pixels;
  readonly #target: Raster;
  readonly #behind: Raster;
  /** Undefined where the figure is copied pixel by pixel. */
  readonly #zoom: Zoom | undefined;
  /** What lies under the mouth while it is drawn into the figure's own picture. */
  readonly #kept: Raster;
  readonly #mouth: Changed;

  constructor(figure: Filmed, canvas: Canvas, background: Canvas, how: SettingParts) {
    const { place, pixels } = how;
    this.#figure = figure;
    this.#canvas = canvas;
    this.#background = background;
    this.#place = place;
    this.#pixels = pixels;
    this.#target = rasterOver(canvas);
    this.#behind = rasterOver(background);
    this.#kept = rasterOver(newCanvas(figure.width, figure.height));
    this.#mouth = new Changed(figure);
    this.all = new Changed(canvas);
    const { x, y, zoom } = place;
    const isCopied = zoom === 1 && Number.isInteger(x) && Number.isInteger(y);
    if (!isCopied) this.#zoom = new Zoom(figure, this.#target, place, pixels);
  }

  isOf(canvas: Canvas, background: Canvas, { x, y, zoom }: Place): boolean {
    const place = this.#place;
    const isThere = place.x === x && place.y === y && place.zoom === zoom;
    return canvas === this.#canvas && background === this.#background && isThere;
  }

  /** Marks on the canvas what `tiles` are in the figure. */
  markTiles(changed: Changed, tiles: Changed): void {
    if (this.#fills) {
      changed.add(tiles);
      return;
    }
    const across = tilesAcross(this.#figure.width);
    const { marks } = tiles;
    for (let at = 0; at < marks.length; at++) {
      if (marks[at] === 0) continue;
      const x = (at % across) * tilePixels;
      this.#mark(changed, x, Math.floor(at / across) * tilePixels, tilePixels, tilePixels);
    }
  }

  /** Marks on the canvas where the mouth of a frame lies. */
  markMouth(changed: Changed, { columns, rows, step, origins }: Bending, frame: number): void {
    const [left, top] = [origins[frame * 2]!, origins[frame * 2 + 1]!];
    this.#mark(changed, left, top, (columns - 1) * step, (rows - 1) * step);
  }

  /** Paints the marked tiles: background, figure, mouth. */
  paint({ marks }: Changed, mouth: Bent | undefined): void {
    if (!mouth) {
      this.#lay(marks);
      return;
    }
    const { patch, bending, frame } = mouth;
    if (this.#fills) {
      this.#lay(marks);
      this.#pixels.bend(this.#target, patch, bending, frame);
      return;
    }
    this.#mouth.next();
    const { columns, rows, step, origins } = bending;
    const [left, top] = [origins[frame * 2]!, origins[frame * 2 + 1]!];
    this.#mouth.mark(left, top, (columns - 1) * step, (rows - 1) * step);
    this.#pixels.copy(this.#figure, this.#kept, this.#mouth.marks, false);
    this.#pixels.bend(this.#figure, patch, bending, frame);
    this.#lay(marks);
    this.#pixels.copy(this.#kept, this.#figure, this.#mouth.marks, false);
  }

  /** Whether a pixel of the figure is a pixel of the canvas, and all are. */
  get #fills(): boolean {
    const { width, height } = this.#figure;
    const isSame = width === this.#target.width && height === this.#target.height;
    return isSame && !this.#zoom && this.#place.x === 0 && this.#place.y === 0;
  }

  #lay(marks: Uint8Array): void {
    const at = { left: this.#place.x, top: this.#place.y, marks };
    if (this.#zoom) this.#zoom.draw(this.#behind, this.#target, marks);
    else this.#pixels.lay(this.#figure, this.#behind, this.#target, at);
  }

  #mark(changed: Changed, x: number, y: number, ...size: [width: number, height: number]): void {
    if (this.#zoom) this.#zoom.mark(changed, x, y, size);
    else changed.mark(this.#place.x + x, this.#place.y + y, ...size);
  }
}

export interface SettingParts {
  readonly place: Place;
  readonly pixels: Pixels;
}
