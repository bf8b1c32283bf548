import sharp from "sharp";
import { mosaicTiles, tilePixels } from "../../drivers/pixels/pixels.ts";
import { tileKeyFrames } from "../../runtime/avatar/layout.ts";
import { type CodedTile, TilePicture } from "./tile-picture.ts";

/** How a clip is kept as tiles. */
export interface TileSettings {
  readonly width: number;
  readonly height: number;
  /** Of the JPEG, 1 to 100. */
  readonly quality: number;
  /** Levels by which a tile may differ from the footage before it is kept anew; 0: not at all. */
  readonly deadBand: number;
  /** Whether the last frame leads back to the first. */
  readonly loops: boolean;
}

/** The blobs of a clip, as FORMAT.md tells them: steps, and frames that are kept whole. */
export interface TileClip {
  readonly steps: readonly Uint8Array[];
  readonly keys: readonly (readonly [frame: number, blob: Uint8Array])[];
}

/**
 * Keeps a clip as what changes from frame to frame, in tiles of 16 x 16 pixels. A tile is taken
 * from the footage as it was when it last changed by more than the dead band, and JPEG codes each
 * block for itself, so a tile decodes to the same bytes in whichever mosaic it stands: every way
 * to a frame gives the same picture.
 */
export class TileEncoder {
  readonly #settings: TileSettings;
  readonly #picture: TilePicture;
  readonly #steps: Uint8Array[] = [];
  readonly #keys: [number, Uint8Array][] = [];
  #first: { readonly rgb: Uint8Array; readonly alpha: Uint8Array } | undefined;

  constructor(settings: TileSettings) {
    this.#settings = settings;
    this.#picture = new TilePicture(settings);
  }

  /** Adds a frame: three bytes a pixel over the backdrop, and one of opacity. */
  async add(rgb: Uint8Array, alpha: Uint8Array): Promise<void> {
    const frame = this.#steps.length;
    this.#first ??= { rgb: rgb.slice(), alpha: alpha.slice() };
    const changed = this.#picture.take(rgb, alpha, this.#settings.deadBand);
    this.#steps.push(frame === 0 ? new Uint8Array(0) : await this.#blob(changed));
    if (frame % tileKeyFrames === 0) {
      this.#keys.push([frame, await this.#blob(this.#picture.visible())]);
    }
  }

  async finish(): Promise<TileClip> {
    if (this.#first !== undefined && this.#settings.loops) {
      const { rgb, alpha } = this.#first;
      this.#steps[0] = await this.#blob(this.#picture.take(rgb, alpha, 0));
    }
    return { steps: this.#steps, keys: this.#keys };
  }

  async #blob(tiles: readonly CodedTile[]): Promise<Uint8Array> {
    const coloured = tiles.filter(({ kind }) => kind !== 0);
    const mixed = tiles.filter(({ kind }) => kind === 2);
    const colours = await this.#mosaic(
      coloured.map(({ rgb }) => rgb),
      3,
    );
    const opacities = await this.#mosaic(
      mixed.map(({ alpha }) => alpha),
      1,
    );
    const head = Buffer.alloc(2 + tiles.length * 3 + 8);
    head.writeUInt16LE(tiles.length, 0);
    tiles.forEach(({ number, kind }, index) => {
      head.writeUInt16LE(number, 2 + index * 2);
      head[2 + tiles.length * 2 + index] = kind;
    });
    head.writeUInt32LE(colours.length, head.length - 8);
    head.writeUInt32LE(opacities.length, head.length - 4);
    return Buffer.concat([head, colours, opacities]);
  }

  /** Each block for itself: no trellis, no ringing filter, and no chroma that crosses tiles. */
  async #mosaic(tiles: readonly Uint8Array[], channels: 1 | 3): Promise<Uint8Array> {
    if (tiles.length === 0) return new Uint8Array(0);
    const width = mosaicTiles * tilePixels;
    const height = Math.ceil(tiles.length / mosaicTiles) * tilePixels;
    const pixels = new Uint8Array(width * height * channels).fill(128);
    for (const [index, tile] of tiles.entries()) {
      const left = (index % mosaicTiles) * tilePixels;
      const top = Math.floor(index / mosaicTiles) * tilePixels;
      const rowBytes = tilePixels * channels;
      for (let y = 0; y < tilePixels; y++) {
        const row = tile.subarray(y * rowBytes, (y + 1) * rowBytes);
        pixels.set(row, ((top + y) * width + left) * channels);
      }
    }
    return sharp(pixels, { raw: { width, height, channels } })
      .jpeg({
        quality: this.#settings.quality,
        chromaSubsampling: "4:4:4",
        progressive: false,
        optimiseCoding: true,
        trellisQuantisation: false,
        overshootDeringing: false,
        quantisationTable: 3,
      })
      .toBuffer();
  }
}
