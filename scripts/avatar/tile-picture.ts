import { tilePixels, tilesAcross } from "../../drivers/pixels/pixels.ts";

/** A tile as it is kept: 16 x 16 pixels, those beyond the picture's edge repeat the last ones. */
export interface CodedTile {
  readonly number: number;
  /** 0 clear, 1 solid, 2 mixed. */
  readonly kind: 0 | 1 | 2;
  readonly rgb: Uint8Array;
  readonly alpha: Uint8Array;
}

/** A picture that is kept tile by tile, each from the frame in which it last changed. */
export class TilePicture {
  readonly #width: number;
  readonly #height: number;
  readonly #tiles: (CodedTile | undefined)[];

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#width = width;
    this.#height = height;
    this.#tiles = new Array(tilesAcross(width) * tilesAcross(height)).fill(undefined);
  }

  /** Takes from a frame what differs by more than `deadBand` levels; returns these tiles. */
  take(rgb: Uint8Array, alpha: Uint8Array, deadBand: number): readonly CodedTile[] {
    const changed: CodedTile[] = [];
    for (const [number, before] of this.#tiles.entries()) {
      const tile = this.#cut(number, rgb, alpha);
      const isNew = before === undefined ? tile.kind !== 0 : differs(tile, before, deadBand);
      if (!isNew) continue;
      this.#tiles[number] = tile;
      changed.push(tile);
    }
    return changed;
  }

  /** All tiles in which something of the figure is. */
  visible(): readonly CodedTile[] {
    return this.#tiles.filter((tile) => tile !== undefined).filter(({ kind }) => kind !== 0);
  }

  #cut(number: number, rgb: Uint8Array, alpha: Uint8Array): CodedTile {
    const across = tilesAcross(this.#width);
    const left = (number % across) * tilePixels;
    const top = Math.floor(number / across) * tilePixels;
    const colours = new Uint8Array(tilePixels * tilePixels * 3);
    const opacities = new Uint8Array(tilePixels * tilePixels);
    for (let pixel = 0; pixel < opacities.length; pixel++) {
      const x = Math.min(this.#width - 1, left + (pixel % tilePixels));
      const y = Math.min(this.#height - 1, top + Math.floor(pixel / tilePixels));
      const at = y * this.#width + x;
      opacities[pixel] = alpha[at]!;
      for (let tone = 0; tone < 3; tone++) colours[pixel * 3 + tone] = rgb[at * 3 + tone]!;
    }
    return { number, kind: kindOf(opacities), rgb: colours, alpha: opacities };
  }
}

function kindOf(alpha: Uint8Array): 0 | 1 | 2 {
  if (alpha.every((value) => value === 0)) return 0;
  return alpha.every((value) => value === 255) ? 1 : 2;
}

/**
 * A shift of a whole tile is seen at its edges, so its mean may move by a sixth of the band; an
 * edge within it may move a little: six bands at one pixel, as long as most pixels stay.
 */
function differs(tile: CodedTile, before: CodedTile, deadBand: number): boolean {
  if (tile.kind === 0 && before.kind === 0) return false;
  const sums = [0, 0, 0];
  let squares = 0;
  let worst = 0;
  for (let at = 0; at < tile.rgb.length; at++) {
    const difference = tile.rgb[at]! - before.rgb[at]!;
    sums[at % 3]! += difference;
    squares += difference * difference;
    worst = Math.max(worst, Math.abs(difference));
  }
  for (let at = 0; at < tile.alpha.length; at++) {
    worst = Math.max(worst, Math.abs(tile.alpha[at]! - before.alpha[at]!) / 2);
  }
  const pixels = tile.alpha.length;
  const mean = Math.max(...sums.map(Math.abs)) / pixels;
  const spread = Math.sqrt(squares / tile.rgb.length);
  return mean > deadBand / 6 || spread > deadBand || worst > deadBand * 6;
}
