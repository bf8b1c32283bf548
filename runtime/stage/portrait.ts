import type { Action } from "../avatar/tier.ts";
import type { MouthShape } from "../mouth/shape.ts";
import { Body } from "./body.ts";
import type { Canvas } from "./canvas.ts";
import { Fade } from "./fade.ts";
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
  readonly #body: Body<Action>;
  readonly #fade = new Fade();
  #frame = 0;

  /** `background` has the size of every canvas that will be painted. */
  constructor(figure: Figure, lips: LipSync, background: Canvas, standing: Standing) {
    this.#figure = figure;
    this.#background = background;
    this.#place = placeOf(figure, background, standing);
    this.#lips = lips;
    this.#body = new Body(figure.frames, figure.actions);
  }

  /** Does something besides talking, soon; false when the avatar cannot. */
  act(name: string): boolean {
    return this.#body.act(name, this.#frame + 1);
  }

  /** Takes a pose until another one comes, or none; false when the avatar cannot. */
  pose(name: string | undefined): boolean {
    if (name !== undefined) return this.#body.act(name, this.#frame + 1, true);
    this.#body.release();
    return true;
  }

  /** Stands there, before another background of the same size, from the next frame on. */
  stand(background: Canvas, standing: Standing): void {
    this.#background = background;
    this.#place = placeOf(this.#figure, background, standing);
  }

  /** Paints frame `loopFrame` of the idle loop; the mouth is closed when there is no shape. */
  paint(canvas: Canvas, loopFrame: number, mouth: Moment | MouthShape | undefined): void {
    this.#frame = loopFrame;
    const moment = mouth && ("near" in mouth ? mouth : held(mouth));
    const posture = this.#body.at(loopFrame, mouth !== undefined);
    if (posture.isJump) this.#fade.begin(canvas);
    const pose = {
      loopFrame: posture.frame,
      mouth: (moment && this.#lips.patchAt(moment)) ?? closed,
      clip: posture.action,
    };
    this.#figure.draw(canvas, this.#background, pose, this.#place);
    this.#fade.paint(canvas);
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
