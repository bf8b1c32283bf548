import { join } from "node:path";
import { parseConfig, withTier } from "../../config/config.ts";
import { framesPerSecond, type Tier, tiers } from "../../config/tiers.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { plainPixels } from "../../drivers/pixels/plain.ts";
import { openScene } from "../../runtime/stage/scene.ts";
import type { Shot } from "./machine.ts";

/** How a picture of a screen compares with the greeter at rest. */
export interface Look {
  /** Share of all pixels that differ from the nearest frame of the idle loop. */
  readonly differs: number;
  /** Frame of the idle loop that is nearest. */
  readonly frame: number;
}

/**
 * The greeter's idle loop as this machine draws it, to compare a screen of another machine with:
 * what differs from every frame of it is a mouth in motion, or not the greeter at all.
 */
export class Greeter {
  readonly #frames: readonly Uint8Array[];
  readonly #width: number;
  readonly #height: number;

  private constructor(frames: readonly Uint8Array[], width: number, height: number) {
    this.#frames = frames;
    this.#width = width;
    this.#height = height;
  }

  static async draw(root: string, tier: Tier): Promise<Greeter> {
    const { width, height } = tiers[tier];
    const config = withTier(parseConfig({}, "the check"), tier);
    const problems: unknown[] = [];
    const { scene, avatar } = await openScene(config, tiers[tier], {
      trace: { note: (event) => problems.push(event) },
      pictures: sharpPictures(),
      pixels: plainPixels(),
      inference: new OnnxInference(),
      files: { read: readIfThere, openFile: openIfThere },
      avatars: [join(root, "config/avatars")],
    });
    if (avatar === null) throw new Error(`Cannot draw the greeter: ${JSON.stringify(problems)}`);
    const frames = Array.from({ length: loopSeconds * framesPerSecond }, (_, frame) => {
      const pixels = new Uint8Array(width * height * 4);
      scene.paint({ width, height, pixels }, frame, undefined);
      return pixels;
    });
    return new Greeter(frames, width, height);
  }

  /** Compares a screen with every frame. */
  look({ width, height, pixels }: Shot): Look {
    if (width !== this.#width || height !== this.#height) return { differs: 1, frame: -1 };
    let nearest: Look = { differs: 1, frame: -1 };
    for (const [frame, still] of this.#frames.entries()) {
      const differs = share(pixels, still, nearest.differs);
      if (differs < nearest.differs) nearest = { differs, frame };
    }
    return nearest;
  }
}

/** The demo avatar's loop. */
const loopSeconds = 6;
/** Decoders of different processors round the last bit or two their own way. */
const noiseLevels = 8;

/** Share of pixels whose green differs, RGB against RGBA; gives up once it is above `atMost`. */
function share(rgb: Uint8Array, rgba: Uint8Array, atMost: number): number {
  const pixels = rgba.length / 4;
  let changed = 0;
  for (let at = 0; at < pixels; at++) {
    if (Math.abs(rgb[at * 3 + 1]! - rgba[at * 4 + 1]!) > noiseLevels) changed++;
    if ((at & 0x3fff) === 0 && changed / pixels > atMost) return 1;
  }
  return changed / pixels;
}
