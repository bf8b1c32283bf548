import type { Display, TextLine } from "../../drivers/display/display.ts";
import type { MouthShape } from "../mouth/shape.ts";
import type { Canvas } from "./canvas.ts";
import type { Decor } from "./decor.ts";
import type { Moment } from "./moment.ts";
import type { Scene } from "./stage.ts";

/** A scene with decor before it. */
export class Decorated implements Scene {
  readonly #scene: Scene;
  #decor: Decor;
  /** Other decor stands before it now: what the one before left is to be painted over. */
  #isNew = true;

  constructor(scene: Scene, decor: Decor) {
    this.#scene = scene;
    this.#decor = decor;
  }

  change(decor: Decor): void {
    this.#decor = decor;
    this.#isNew = true;
  }

  paint(canvas: Canvas, loopFrame: number, mouth: Moment | MouthShape | undefined): void {
    if (this.#isNew) canvas.changed?.markAll();
    this.#isNew = false;
    this.#scene.paint(canvas, loopFrame, mouth);
    this.#decor.paint(canvas);
  }

  act(name: string): boolean {
    return this.#scene.act?.(name) ?? false;
  }

  pose(name: string | undefined): boolean {
    return this.#scene.pose?.(name) ?? false;
  }

  prepare(mouth: Moment): Promise<void> {
    return this.#scene.prepare?.(mouth) ?? Promise.resolve();
  }

  lines(time: string, display: Pick<Display, "measure">): readonly TextLine[] {
    return this.#decor.lines(time, display);
  }
}
