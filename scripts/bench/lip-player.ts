import { samplesPerFrame } from "../../config/sound.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import type { Raster } from "../../drivers/pixels/pixels.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import type { AvatarTier } from "../../runtime/avatar/tier.ts";
import type { MouthTrack } from "../../runtime/mouth/track.ts";
import type { Canvas } from "../../runtime/stage/canvas.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import { closed } from "../../runtime/stage/lips.ts";
import { TrackMoment } from "../../runtime/stage/moment.ts";
import { newCanvas, rasterOver } from "../../runtime/stage/raster.ts";
import type { Pixels } from "./likeness.ts";

/** Draws the frames of a take as the kiosk would, and the same frames with nothing said. */
export class LipPlayer {
  readonly #tier: AvatarTier;
  readonly #figure: Figure;
  readonly #still: Figure;
  readonly #lips: LipSync;
  readonly #moment: TrackMoment;
  readonly #canvas: Canvas;
  readonly #stillCanvas: Canvas;
  readonly #background: Canvas;
  /** Frames since anything was said, or was about to be: lips open before the sound. */
  silentFrames = 0;

  constructor(tier: AvatarTier, lips: LipSync, track: MouthTrack) {
    const brushes = { pictures: sharpPictures(), pixels: plainPixels() };
    this.#tier = tier;
    this.#figure = new Figure(tier, brushes);
    this.#still = new Figure(tier, brushes);
    this.#lips = lips;
    this.#moment = new TrackMoment(track);
    this.#canvas = newCanvas(tier.width, tier.height);
    this.#stillCanvas = newCanvas(tier.width, tier.height);
    this.#background = newCanvas(tier.width, tier.height);
    const [red, green, blue] = tier.backdrop;
    rasterOver(this.#background).words.fill((0xff000000 | (blue << 16) | (green << 8) | red) >>> 0);
  }

  async show(frame: number): Promise<Pixels> {
    const moment = this.#moment.at((frame + 0.5) * samplesPerFrame);
    await this.#lips.prepare(moment);
    const mouth = this.#lips.patchAt(moment) ?? closed;
    const speaks = [0, 1, 2, 3].some((ahead) => moment.near(ahead).opening > 0);
    this.silentFrames = speaks ? 0 : this.silentFrames + 1;
    this.#figure.draw(this.#canvas, this.#background, { loopFrame: frame, mouth }, place);
    return { bytes: this.#canvas.pixels, width: this.#tier.width, step: 4 };
  }

  /** The same frame of the idle loop with its own mouth. */
  still(frame: number): Pixels {
    const { bytes, ...shape } = this.#drawStill(frame, closed);
    return { ...shape, bytes: bytes.slice() };
  }

  /** The same frame with a patch of one strange colour: where a patch counts. */
  marked(frame: number): Pixels {
    const { width, height } = this.#tier.mouth;
    const words = new Uint32Array(width * height).fill(0xffff00ff);
    const { bytes, ...shape } = this.#drawStill(frame, { words, width, height });
    return { ...shape, bytes: bytes.slice() };
  }

  #drawStill(frame: number, mouth: number | Raster): Pixels {
    const pose = { loopFrame: frame, mouth };
    this.#still.draw(this.#stillCanvas, this.#background, pose, place);
    return { bytes: this.#stillCanvas.pixels, width: this.#tier.width, step: 4 };
  }
}

const place = { x: 0, y: 0, zoom: 1 };
