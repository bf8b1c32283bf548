import type { Filmed, Marks, Pixels, Raster } from "../../drivers/pixels/pixels.ts";
import type { Changed } from "./changed.ts";
import { newCanvas, rasterOver } from "./raster.ts";

/** Left and top of the figure on the canvas, in pixels, and its size; 1 is the tier's own. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/**
 * Lays a figure over its background at one size and place. Colours over the backdrop and opacity
 * are interpolated alike, which is exact: the way to another background is linear in both. Below
 * half size the figure is halved by averaging first, until two pixels in each direction are enough
 * for one.
 */
export class Zoom {
  readonly #pixels: Pixels;
  readonly #place: Place;
  /** The figure, and smaller and smaller copies of it; the last is at least half as large. */
  readonly #sizes: readonly Filmed[];
  readonly #columns: Axis;
  readonly #rows: Axis;

  constructor(figure: Filmed, canvas: Raster, place: Place, pixels: Pixels) {
    this.#pixels = pixels;
    this.#place = place;
    this.#sizes = halves(figure, place.zoom);
    const source = this.#sizes.at(-1)!;
    const zoom = place.zoom * 2 ** (this.#sizes.length - 1);
    this.#columns = axis(source.width, canvas.width, place.x, zoom);
    this.#rows = axis(source.height, canvas.height, place.y, zoom);
  }

  /** Paints the marked tiles of the canvas. */
  draw(behind: Raster, canvas: Raster, marks: Marks): void {
    for (let level = 1; level < this.#sizes.length; level++) {
      this.#pixels.halve(this.#sizes[level - 1]!, this.#sizes[level]!);
    }
    this.#pixels.sample(this.#sizes.at(-1)!, behind, canvas, {
      columns: this.#columns.places,
      columnShares: this.#columns.shares,
      rows: this.#rows.places,
      rowShares: this.#rows.shares,
      marks,
    });
  }

  /** Marks what a box of the figure reaches on the canvas. */
  mark(changed: Changed, x: number, y: number, [width, height]: readonly [number, number]): void {
    const { x: left, y: top, zoom } = this.#place;
    const reach = 2 ** this.#sizes.length;
    const side = (length: number) => (length + 2 * reach) * zoom;
    changed.mark(left + (x - reach) * zoom, top + (y - reach) * zoom, side(width), side(height));
  }
}

/** For each pixel of one side of the canvas: the one before its place, the next one's share. */
interface Axis {
  readonly places: Int32Array;
  readonly shares: Uint8Array;
}

function axis(span: number, canvasSpan: number, start: number, zoom: number): Axis {
  const places = new Int32Array(canvasSpan);
  const shares = new Uint8Array(canvasSpan);
  for (let at = 0; at < canvasSpan; at++) {
    const exact = (at + 0.5 - start) / zoom - 0.5;
    const place = Math.max(0, Math.floor(exact));
    places[at] = exact < -0.5 || exact >= span - 0.5 ? -1 : place;
    shares[at] = exact < 0 ? 0 : Math.floor((exact - place) * 256);
  }
  return { places, shares };
}

function halves(figure: Filmed, zoom: number): readonly Filmed[] {
  const sizes = [figure];
  let last = figure;
  for (let left = zoom; left < 0.5 && Math.min(last.width, last.height) > 1; left *= 2) {
    const { backdrop } = figure;
    last = { ...rasterOver(newCanvas(last.width >> 1, last.height >> 1)), backdrop };
    sizes.push(last);
  }
  return sizes;
}
