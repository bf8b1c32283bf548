import type { Pictures } from "../../drivers/picture/picture.ts";
import { type Filmed, mosaicTiles, type Pixels, tilePixels } from "../../drivers/pixels/pixels.ts";
import type { AvatarTier, Clip, JpegFrames, TileFrames, TileStep } from "../avatar/tier.ts";
import { Changed } from "./changed.ts";
import { stampOpacity } from "./matte.ts";
import { newCanvas, rasterOver } from "./raster.ts";

type Painted = Pick<AvatarTier, "width" | "height" | "backdrop">;

/** What pictures are decoded and painted with. */
export interface Brushes {
  readonly pictures: Pick<Pictures, "decodeFrame" | "decodeOpacity">;
  readonly pixels: Pixels;
}

/**
 * The figure's own picture, brought to any frame of any clip. It keeps its contents: from frame to
 * frame only the tiles of a step are touched, and a frame far away is reached from the nearest one
 * that is kept whole. Every way to a frame gives the same bytes.
 */
export class Projector {
  /** Colours over the backdrop, opacity in the highest byte. */
  readonly picture: Filmed;
  /** Tiles of the picture that changed since somebody last cleared this. */
  readonly changed: Changed;
  readonly #brushes: Brushes;
  readonly #bytes: Uint8Array;
  #scratch = new Scratch(0, 0);
  #clip: Clip | undefined;
  #frame = -1;

  constructor({ width, height, backdrop }: Painted, brushes: Brushes) {
    const canvas = newCanvas(width, height);
    this.picture = { ...rasterOver(canvas), backdrop };
    this.changed = new Changed(canvas);
    this.#bytes = canvas.pixels;
    this.#brushes = brushes;
  }

  /** Shows frame `frame` of a clip, counted from 0 and below its `count`. */
  show(clip: Clip, frame: number): void {
    if (clip === this.#clip && frame === this.#frame) return;
    const { frames } = clip;
    if (frames.kind === "jpeg") this.#showWhole(frames, frame);
    else this.#showTiles(frames, clip === this.#clip ? this.#frame : -1, frame);
    this.#clip = clip;
    this.#frame = frame;
  }

  #showWhole({ files, matte }: JpegFrames, frame: number): void {
    const { width, height } = this.picture;
    this.#brushes.pictures.decodeFrame(files[frame]!.read(), width, height, this.#bytes);
    stampOpacity(this.picture, matte, frame);
    this.changed.markAll();
  }

  #showTiles(frames: TileFrames, from: number, frame: number): void {
    this.#scratch = this.#scratch.atLeast(frames.room.coloured, frames.room.mixed);
    const key = keyBefore(frames, frame);
    const onward = from < 0 ? Number.POSITIVE_INFINITY : stepCost(frames, from, frame);
    const start = frames.keys.get(key)!;
    const anew = start.numbers.length + stepCost(frames, key, frame);
    let at = from;
    if (anew < onward) {
      const [red, green, blue] = this.picture.backdrop;
      this.picture.words.fill(red | (green << 8) | (blue << 16));
      this.#put(start);
      this.changed.markAll();
      at = key;
    }
    while (at !== frame) {
      at = (at + 1) % frames.count;
      this.#put(frames.steps[at]!);
    }
  }

  #put({ numbers, kinds, colours, opacities }: TileStep): void {
    const { pictures, pixels } = this.#brushes;
    const scratch = this.#scratch;
    const width = mosaicTiles * tilePixels;
    if (colours.tiles > 0) {
      const rows = mosaicRows(colours.tiles);
      const into = scratch.colourRows(rows);
      pictures.decodeFrame(colours.file.read(), width, rows * tilePixels, into);
    }
    if (opacities.tiles > 0) {
      const rows = mosaicRows(opacities.tiles);
      const into = scratch.opacityRows(rows);
      pictures.decodeOpacity(opacities.file.read(), width, rows * tilePixels, into);
    }
    const mosaic = { numbers, kinds, colours: scratch.colours, opacities: scratch.opacities };
    pixels.scatter(mosaic, this.picture);
    for (let at = 0; at < numbers.length; at++) this.changed.marks[numbers[at]!] = 1;
  }
}

/** The last frame kept whole that is not after `frame`. */
function keyBefore({ keys }: TileFrames, frame: number): number {
  for (let at = frame; at > 0; at--) if (keys.has(at)) return at;
  return 0;
}

/** Tiles on the way from one frame to another, onward and over the end of the loop. */
function stepCost({ steps, count }: TileFrames, from: number, to: number): number {
  let tiles = 0;
  for (let at = from; at !== to; ) {
    at = (at + 1) % count;
    const step = steps[at];
    if (step === undefined) return Number.POSITIVE_INFINITY;
    tiles += step.numbers.length;
  }
  return tiles;
}

function mosaicRows(tiles: number): number {
  return Math.ceil(tiles / mosaicTiles);
}

/** Room for decoded mosaics, with a view for each number of rows: made once, used for ever. */
class Scratch {
  readonly colours: Uint8Array;
  readonly opacities: Uint8Array;
  readonly #colourRows: Uint8Array[] = [];
  readonly #opacityRows: Uint8Array[] = [];
  readonly #rowPixels = mosaicTiles * tilePixels * tilePixels;

  constructor(coloured: number, mixed: number) {
    this.colours = new Uint8Array(mosaicRows(coloured) * this.#rowPixels * 4);
    this.opacities = new Uint8Array(mosaicRows(mixed) * this.#rowPixels);
  }

  atLeast(coloured: number, mixed: number): Scratch {
    const colours = mosaicRows(coloured) * this.#rowPixels * 4;
    const opacities = mosaicRows(mixed) * this.#rowPixels;
    const fits = this.colours.length >= colours && this.opacities.length >= opacities;
    return fits ? this : new Scratch(coloured, mixed);
  }

  colourRows(rows: number): Uint8Array {
    this.#colourRows[rows] ??= this.colours.subarray(0, rows * this.#rowPixels * 4);
    return this.#colourRows[rows]!;
  }

  opacityRows(rows: number): Uint8Array {
    this.#opacityRows[rows] ??= this.opacities.subarray(0, rows * this.#rowPixels);
    return this.#opacityRows[rows]!;
  }
}
