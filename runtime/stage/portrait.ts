import type { MouthShape } from "../mouth/shape.ts";
import type { Canvas } from "./canvas.ts";
import type { Figure } from "./figure.ts";
import type { LipSync } from "./lip-sync.ts";
import { closed } from "./lips.ts";
import { held, type Moment } from "./moment.ts";
import type { Place } from "./zoom.ts";

/** Where the figure stands: middle and foot as shares of the canvas, zoom 1: as high as it. */
export interface Standing {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** One figure before one background. */
export class Portrait {
  readonly #figure: Figure;
  #background: Canvas;
  #place: Place;
  readonly #lips: LipSync;

  /** `background` has the size of every canvas that will be painted. */
  constructor(figure: Figure, lips: LipSync, background: Canvas, standing: Standing) {
    this.#figure = figure;
    this.#background = background;
    this.#place = placeOf(figure, background, standing);
    this.#lips = lips;
  }

  /** Stands there, before another background of the same size, from the next frame on. */
  stand(background: Canvas, standing: Standing): void {
    this.#background = background;
    this.#place = placeOf(this.#figure, background, standing);
  }

  /** Paints frame `loopFrame` of the idle loop; the mouth is closed when there is no shape. */
  paint(canvas: Canvas, loopFrame: number, mouth: Moment | MouthShape | undefined): void {
    const moment = mouth && ("near" in mouth ? mouth : held(mouth));
    const pose = { loopFrame, mouth: (moment && this.#lips.patchAt(moment)) ?? closed };
    this.#figure.draw(canvas, this.#background, pose, this.#place);
  }

  /** Makes the mouths that come next. */
  prepare(mouth: Moment): Promise<void> {
    return this.#lips.prepare(mouth);
  }
}

/** Whole pixels, so that a figure of the tier's own size is copied and not resampled. */
function placeOf(figure: Figure, { width, height }: Canvas, standing: Standing): Place {
  const zoom = (standing.zoom * height) / figure.height;
  return {
    x: Math.round(standing.x * width - (figure.width * zoom) / 2),
    y: Math.round(standing.y * height - figure.height * zoom),
    zoom,
  };
}
