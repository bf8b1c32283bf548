import type { Raster } from "../../drivers/pixels/pixels.ts";
import type { MouthPatch, MouthSet } from "../avatar/tier.ts";
import type { Brushes } from "./projector.ts";
import { newCanvas, rasterOver } from "./raster.ts";

/** Decoded mouths that are kept: speech comes back to a few shapes again and again. */
const keptMax = 12;

/** The mouths of a tier, decoded when they are first wanted; the oldest gives way. */
export class Mouths {
  readonly #set: MouthSet;
  readonly #pictures: Brushes["pictures"];
  /** Most recently used last. */
  readonly #kept = new Map<number, Raster>();

  constructor(set: MouthSet, { pictures }: Brushes) {
    this.#set = set;
    this.#pictures = pictures;
  }

  /** Mouth `index` of the set; undefined when it has none of this number. */
  get(index: number): Raster | undefined {
    const shape = this.#set.shapes[index];
    if (shape === undefined) return undefined;
    const found = this.#kept.get(index) ?? this.#decode(shape);
    this.#kept.delete(index);
    this.#kept.set(index, found);
    return found;
  }

  #decode({ image, opacity }: MouthPatch): Raster {
    const { width, height } = this.#set;
    const canvas = this.#room();
    this.#pictures.decodeFrame(image.read(), width, height, canvas.pixels);
    for (let at = 0; at < opacity.length; at++) canvas.pixels[at * 4 + 3] = opacity[at]!;
    return rasterOver(canvas);
  }

  #room(): ReturnType<typeof newCanvas> {
    const { width, height } = this.#set;
    const [oldest] = this.#kept;
    if (this.#kept.size < keptMax || oldest === undefined) return newCanvas(width, height);
    this.#kept.delete(oldest[0]);
    const { words } = oldest[1];
    return { pixels: new Uint8Array(words.buffer), width, height };
  }
}
