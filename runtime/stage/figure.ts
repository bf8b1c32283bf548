import type { Pictures } from "../../drivers/picture/picture.ts";
import type { AvatarTier, MouthPatch, MouthSet } from "../avatar/tier.ts";
import type { Canvas } from "./canvas.ts";
import { type CutOut, changeBackground, stampOpacity } from "./matte.ts";
import { layOver } from "./overlay.ts";
import { PatchPainter } from "./patch.ts";
import { newCanvas, type Raster, rasterOver } from "./raster.ts";
import { type Place, Zoom } from "./zoom.ts";

/** What to draw: a frame of the idle loop, and one of its mouths, or `closed` (lips.ts). */
export interface Pose {
  readonly loopFrame: number;
  readonly mouth: number;
}

/**
 * An avatar at one tier, ready to be drawn. Everything is allocated when it is made: one frame, and
 * every mouth decoded (`width * height * 4` bytes each).
 */
export class Figure {
  readonly #tier: AvatarTier;
  readonly #pictures: Pick<Pictures, "decodeFrame">;
  readonly #mouths: readonly Raster[];
  readonly #painter: PatchPainter;
  readonly #zoom = new Zoom();
  readonly #own: Surface;
  /** The canvas and the background drawn last; the same ones come for every frame. */
  #canvas: Surface;
  #background: Surface;

  constructor(tier: AvatarTier, pictures: Pick<Pictures, "decodeFrame">) {
    this.#tier = tier;
    this.#pictures = pictures;
    this.#mouths = tier.mouth.shapes.map((shape) => decodeMouth(shape, tier.mouth, pictures));
    this.#painter = new PatchPainter(tier);
    this.#own = surfaceOf(tier, newCanvas(tier.width, tier.height));
    this.#canvas = this.#own;
    this.#background = this.#own;
  }

  get width(): number {
    return this.#tier.width;
  }

  get height(): number {
    return this.#tier.height;
  }

  /** Frames of the idle loop; `loopFrame` is taken modulo this. */
  get frames(): number {
    return this.#tier.frames.length;
  }

  /** The mouths that `Pose.mouth` counts. */
  get mouths(): readonly Pick<MouthPatch, "name" | "amount" | "opening">[] {
    return this.#tier.mouth.shapes;
  }

  /** Paints the whole canvas: the figure at its place, and `background` (same size) around it. */
  draw(canvas: Canvas, background: Canvas, pose: Pose, place: Place): void {
    if (this.#canvas.canvas !== canvas) this.#canvas = surfaceOf(this.#tier, canvas);
    if (this.#background.canvas !== background) {
      this.#background = surfaceOf(this.#tier, background);
    }
    const frame = pose.loopFrame % this.frames;
    if (this.#fills(canvas, place)) this.#drawInPlace(frame, pose.mouth);
    else this.#drawAt(frame, pose.mouth, place);
  }

  #fills(canvas: Canvas, { x, y, zoom }: Place): boolean {
    const sameSize = canvas.width === this.width && canvas.height === this.height;
    return sameSize && zoom === 1 && x === 0 && y === 0;
  }

  #drawInPlace(frame: number, mouth: number): void {
    const { cutOut } = this.#canvas;
    this.#decode(frame, this.#canvas);
    changeBackground(cutOut, frame, this.#background.cutOut.picture);
    const patch = this.#mouths[mouth];
    if (patch) this.#painter.draw(cutOut.picture, patch, frame);
  }

  #drawAt(frame: number, mouth: number, place: Place): void {
    const { cutOut } = this.#own;
    const target = this.#canvas.cutOut.picture;
    this.#decode(frame, this.#own);
    stampOpacity(cutOut, frame);
    const patch = this.#mouths[mouth];
    if (patch) this.#painter.draw(cutOut.picture, patch, frame);
    target.words.set(this.#background.cutOut.picture.words);
    const { x, y, zoom } = place;
    if (zoom === 1 && Number.isInteger(x) && Number.isInteger(y)) {
      layOver(cutOut.picture, this.#tier.backdrop, target, { left: x, top: y });
    } else this.#zoom.draw(cutOut.picture, this.#tier.backdrop, target, place);
  }

  #decode(frame: number, { canvas }: Surface): void {
    const { width, height, frames } = this.#tier;
    this.#pictures.decodeFrame(frames[frame]!, width, height, canvas.pixels);
  }
}

/** A canvas, and the same pixels as words with the matte that cuts the figure out of them. */
interface Surface {
  readonly canvas: Canvas;
  readonly cutOut: CutOut;
}

function surfaceOf({ matte, backdrop }: AvatarTier, canvas: Canvas): Surface {
  return { canvas, cutOut: { picture: rasterOver(canvas), matte, backdrop } };
}

function decodeMouth(
  { image, opacity }: MouthPatch,
  { width, height }: MouthSet,
  pictures: Pick<Pictures, "decodeFrame">,
): Raster {
  const canvas = newCanvas(width, height);
  pictures.decodeFrame(image, width, height, canvas.pixels);
  for (const [at, alpha] of opacity.entries()) canvas.pixels[at * 4 + 3] = alpha;
  return rasterOver(canvas);
}
