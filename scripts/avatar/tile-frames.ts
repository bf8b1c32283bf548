import type { Blobs } from "./blobs.ts";
import type { FrameKeeper } from "./clips.ts";
import { TileEncoder, type TileSettings } from "./tiles.ts";

/** Keeps frames as tiles that change (`tiles.ts`). */
export class TileKeeper implements FrameKeeper {
  readonly #encoder: TileEncoder;

  constructor(settings: TileSettings) {
    this.#encoder = new TileEncoder(settings);
  }

  add(rgb: Uint8Array, alpha: Uint8Array): Promise<void> {
    return this.#encoder.add(rgb, alpha);
  }

  async finish(blobs: Blobs) {
    const { steps, keys } = await this.#encoder.finish();
    return {
      encoding: "tiles",
      steps: steps.map((step) => blobs.add(step)),
      keys: keys.map(([frame, blob]) => [frame, blobs.add(blob)] as const),
    };
  }
}
