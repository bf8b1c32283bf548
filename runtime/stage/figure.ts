import type { Bending, Raster } from "../../drivers/pixels/pixels.ts";
import type { AvatarTier, Clip, MouthPatch } from "../avatar/tier.ts";
import type { Canvas } from "./canvas.ts";
import { Mouths } from "./mouths.ts";
import { type Brushes, Projector } from "./projector.ts";
import { Setting } from "./setting.ts";
import type { Place } from "./zoom.ts";

/** What to draw: a frame, and a mouth. */
export interface Pose {
  /** Of the clip, taken modulo its length. */
  readonly loopFrame: number;
  /** One of the figure's mouths, or `closed` (lips.ts); or a patch of the mouth's size. */
  readonly mouth: number | Raster;
  /** An action instead of the idle loop. */
  readonly clip?: Clip | undefined;
  /** What the clip's light adds to a patch (`Bending.light`); the same array for every frame. */
  readonly light?: Int8Array | undefined;
}

/**
 * An avatar at one tier, ready to be drawn. What it works with is allocated when it is first
 * needed, and the canvas keeps its contents: only tiles that change are painted.
 */
export class Figure {
  readonly #tier: AvatarTier;
  readonly #brushes: Brushes;
  readonly #mouths: Mouths;
  readonly #projector: Projector;
  readonly #bendings = new Map<Clip, Bending>();
  #setting: Setting | undefined;
  /** The frame whose mouth the canvas shows; undefined while that is the frame's own. */
  #shown: { readonly bending: Bending; readonly frame: number } | undefined;

  constructor(tier: AvatarTier, brushes: Brushes) {
    this.#tier = tier;
    this.#brushes = brushes;
    this.#mouths = new Mouths(tier.mouth, brushes);
    this.#projector = new Projector(tier, brushes);
  }

  get width(): number {
    return this.#tier.width;
  }

  get height(): number {
    return this.#tier.height;
  }

  /** Frames of the idle loop; `loopFrame` is taken modulo this. */
  get frames(): number {
    return this.#tier.idle.count;
  }

  /** What it does besides its idle loop, by name. */
  get actions(): AvatarTier["actions"] {
    return this.#tier.actions;
  }

  /** The mouths that `Pose.mouth` counts. */
  get mouths(): readonly Pick<MouthPatch, "name" | "amount" | "opening">[] {
    return this.#tier.mouth.shapes;
  }

  /**
   * Paints the canvas: the figure at its place, and `background` (same size) around it. Of a canvas
   * that keeps its contents only what is marked and what the figure changes is painted.
   */
  draw(canvas: Canvas, background: Canvas, pose: Pose, place: Place): void {
    const clip = pose.clip ?? this.#tier.idle;
    const frame = pose.loopFrame % clip.count;
    const bending = this.#bendingOf(clip, pose.light);
    const patch = typeof pose.mouth === "number" ? this.#mouths.get(pose.mouth) : pose.mouth;
    const known = this.#setting?.isOf(canvas, background, place) ? this.#setting : undefined;
    const setting = known ?? this.#settingOn(canvas, background, place);
    this.#setting = setting;
    const due = canvas.changed ?? setting.all;
    if (!known || !canvas.changed) due.markAll();
    this.#projector.show(clip, frame);
    setting.markTiles(due, this.#projector.changed);
    this.#projector.changed.next();
    if (this.#shown) setting.markMouth(due, this.#shown.bending, this.#shown.frame);
    if (patch) setting.markMouth(due, bending, frame);
    setting.paint(due, patch && { patch, bending, frame });
    this.#shown = patch && { bending, frame };
  }

  #settingOn(canvas: Canvas, background: Canvas, place: Place): Setting {
    const parts = { place, pixels: this.#brushes.pixels };
    return new Setting(this.#projector.picture, canvas, background, parts);
  }

  #bendingOf(clip: Clip, light: Int8Array | undefined): Bending {
    const found = this.#bendings.get(clip);
    if (found && found.light === light) return found;
    const { mouth, backdrop } = this.#tier;
    const made = { ...clip.mesh, light, mask: mouth.mask, backdrop };
    this.#bendings.set(clip, made);
    return made;
  }
}
