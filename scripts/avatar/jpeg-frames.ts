import type { Blobs } from "./blobs.ts";
import type { FrameKeeper } from "./clips.ts";
import { encodeJpeg } from "./jpeg.ts";
import { encodeMatte } from "./runs.ts";
import { squeeze } from "./squeeze.ts";

/** Keeps frames as one JPEG each, and their mattes as runs. */
export class JpegKeeper implements FrameKeeper {
  readonly #size: { readonly width: number; readonly height: number };
  readonly #quality: number;
  readonly #pictures: Uint8Array[] = [];
  readonly #runs: number[] = [];
  readonly #alphas: number[] = [];

  constructor(size: { readonly width: number; readonly height: number }, quality: number) {
    this.#size = size;
    this.#quality = quality;
  }

  async add(rgb: Uint8Array, alpha: Uint8Array): Promise<void> {
    const matte = encodeMatte(alpha, this.#size.width);
    for (const run of matte.runs) this.#runs.push(run);
    for (const level of matte.alphas) this.#alphas.push(level);
    const settings = { quality: this.#quality, chroma: "4:2:0" } as const;
    this.#pictures.push(await encodeJpeg(rgb, this.#size, settings));
  }

  async finish(blobs: Blobs) {
    const pictures = this.#pictures.map((picture) => blobs.add(picture));
    const runs = Buffer.alloc(this.#runs.length * 2);
    this.#runs.forEach((run, at) => void runs.writeUInt16LE(run, at * 2));
    const matte = blobs.add(squeeze(Buffer.concat([runs, Uint8Array.from(this.#alphas)])));
    const sizes = { runs: this.#runs.length, alphas: this.#alphas.length };
    return { encoding: "jpeg", pictures, matte: { at: matte, ...sizes } };
  }
}
