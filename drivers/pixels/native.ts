import { createRequire } from "node:module";
import { join } from "node:path";
import { fit, fitBending, fitMosaic, fitSame, fitSampling } from "./fit.ts";
import type {
  Backdrop,
  Bending,
  Filmed,
  Laying,
  Marks,
  Mixing,
  Mosaic,
  Pixels,
  Raster,
  Sampling,
} from "./pixels.ts";

/** The loops in C, from `native`, the folder that set-up built. Throws when they are not there. */
export function nativePixels(native: string): Pixels {
  return new NativePixels(load(join(native, "pixels.node")));
}

class NativePixels implements Pixels {
  readonly name = "native";
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  copy(from: Raster, to: Raster, marks: Marks, flipped: boolean): void {
    fitSame(from, to);
    fit(to, marks);
    this.#calls.copy(from.words, from.width, from.height, to.words, marks, flipped ? 1 : 0);
  }

  lay(figure: Filmed, behind: Raster, canvas: Raster, { left, top, marks }: Laying): void {
    fitSame(behind, canvas);
    fit(canvas, marks);
    const { words, width, height } = canvas;
    const backdrop = wordOf(figure.backdrop);
    // biome-ignore format: rasters stand together
    this.#calls.lay(
      figure.words, figure.width, figure.height, backdrop,
      behind.words, words, width, height, left, top, marks,
    );
  }

  sample(figure: Filmed, behind: Raster, canvas: Raster, at: Sampling): void {
    fitSame(behind, canvas);
    fitSampling(figure, canvas, at);
    const { words, width, height } = canvas;
    const backdrop = wordOf(figure.backdrop);
    // biome-ignore format: rasters stand together
    this.#calls.sample(
      figure.words, figure.width, figure.height, backdrop,
      behind.words, words, width, height,
      at.columns, at.columnShares, at.rows, at.rowShares, at.marks,
    );
  }

  halve(from: Raster, to: Raster): void {
    fitSame({ ...to, width: from.width >> 1, height: from.height >> 1 }, to);
    this.#calls.halve(from.words, from.width, from.height, to.words, to.width, to.height);
  }

  bend(target: Raster, patch: Raster, how: Bending, frame: number): void {
    fitBending(patch, how, frame);
    const backdrop = wordOf(how.backdrop);
    // biome-ignore format: rasters stand together
    this.#calls.bend(
      target.words, target.width, target.height, patch.words, patch.width, patch.height,
      how.mask, how.origins, how.points, how.light,
      how.columns, how.rows, how.step, backdrop, frame,
    );
  }

  scatter({ numbers, kinds, colours, opacities }: Mosaic, figure: Filmed): void {
    fitMosaic({ numbers, kinds, colours, opacities }, figure);
    const { words, width, height } = figure;
    const backdrop = wordOf(figure.backdrop);
    // biome-ignore format: rasters stand together
    this.#calls.scatter(
      numbers, kinds, numbers.length, colours, opacities, words, width, height, backdrop,
    );
  }

  mix(from: Raster, to: Raster, target: Raster, { share, marks }: Mixing): void {
    fitSame(from, target);
    fitSame(to, target);
    fit(target, marks);
    const { words, width, height } = target;
    this.#calls.mix(from.words, to.words, words, width, height, share, marks);
  }
}

function load(file: string): Calls {
  try {
    return createRequire(import.meta.url)(file) as Calls;
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`Cannot load ${file}: ${reason}; npm run setup builds it`);
  }
}

type Flat = readonly [words: Uint32Array, width: number, height: number];
type FlatFilmed = readonly [...Flat, backdrop: number];
type Bytes = Uint8Array;

/** pixels.c */
interface Calls {
  copy(...a: [...Flat, to: Uint32Array, marks: Bytes, flipped: number]): void;
  lay(
    ...a: [...FlatFilmed, behind: Uint32Array, ...Flat, x: number, y: number, marks: Bytes]
  ): void;
  sample(
    ...a: [
      ...[...FlatFilmed, behind: Uint32Array, ...Flat],
      ...[columns: Int32Array, shares: Bytes, rows: Int32Array, shares: Bytes, marks: Bytes],
    ]
  ): void;
  halve(...a: [...Flat, ...Flat]): void;
  mix(...a: [Uint32Array, Uint32Array, ...Flat, share: number, marks: Bytes]): void;
  scatter(
    ...a: [
      ...[numbers: Uint16Array, kinds: Bytes, count: number, colours: Bytes, opacities: Bytes],
      ...FlatFilmed,
    ]
  ): void;
  bend(
    ...a: [
      ...[...Flat, ...Flat, mask: Bytes, origins: Int16Array, points: Float32Array],
      ...[light: Int8Array | undefined, columns: number, rows: number, step: number],
      ...[backdrop: number, frame: number],
    ]
  ): void;
}

function wordOf([red, green, blue]: Backdrop): number {
  return red | (green << 8) | (blue << 16);
}
