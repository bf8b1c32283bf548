/**
 * Pixels as 32-bit words, red in the lowest byte (all hosts are little endian), row by row from the
 * top: `words` has width * height of them. The highest byte is opacity where a picture has one.
 */
export interface Raster {
  readonly words: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Which tiles of a picture are meant: a byte for each 16 x 16 pixels, row by row from the top left,
 * 0 for no. Tiles at the right and lower edge may be cut off.
 */
export type Marks = Uint8Array;

/** The side of a tile in pixels. */
export const tilePixels = 16;

/** Tiles side by side and one above the other that cover width x height pixels. */
export function tilesAcross(pixels: number): number {
  return Math.ceil(pixels / tilePixels);
}

/** Red, green, blue of the flat colour that a figure was filmed over, 0 to 255 each. */
export type Backdrop = readonly [red: number, green: number, blue: number];

/** A figure filmed over a flat backdrop, its opacity in the highest byte. */
export interface Filmed extends Raster {
  readonly backdrop: Backdrop;
}

/** Where a picture's left top corner lies on the canvas, and which tiles of the canvas to paint. */
export interface Laying {
  readonly left: number;
  readonly top: number;
  readonly marks: Marks;
}

/**
 * For every column and row of a canvas: the pixel of the picture at its left or above (-1: none),
 * and how much of the next one is in it, in 256ths.
 */
export interface Sampling {
  readonly columns: Int32Array;
  readonly columnShares: Uint8Array;
  readonly rows: Int32Array;
  readonly rowShares: Uint8Array;
  readonly marks: Marks;
}

/** How a patch is bent into a frame; the shapes are those of `runtime/avatar/layout.ts`. */
export interface Bending {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the frame between neighbouring points. */
  readonly step: number;
  /** Left and top of the grid in each frame. */
  readonly origins: Int16Array;
  /** u, v of every point in the patch: frame by frame, row by row; at most 16,384 either way. */
  readonly points: Float32Array;
  /** How much the patch counts at each of its pixels, 0 to 255. */
  readonly mask: Uint8Array;
  /** What the light of each frame adds to red, green, blue at every point; absent: nothing. */
  readonly light?: Int8Array | undefined;
  readonly backdrop: Backdrop;
}

/** Tiles of a figure's picture, as `runtime/avatar/tiles.ts` reads them. */
export interface Mosaic {
  /** Number of each tile in the picture, row by row. */
  readonly numbers: Uint16Array;
  /** Of each tile: 0 clear, 1 solid, 2 with an opacity of its own for each pixel. */
  readonly kinds: Uint8Array;
  /** RGBA pixels of tiles that are not clear, in order: rows of `mosaicTiles` tiles. */
  readonly colours: Uint8Array;
  /**
   * Opacities of the tiles of kind 2, in order and laid out likewise. They went through a JPEG:
   * what is nearer than `opacityNoise` to 0 or 255 means that.
   */
  readonly opacities: Uint8Array;
}

/** Levels by which a coded opacity may be off. */
export const opacityNoise = 10;

/** Tiles side by side in a mosaic. */
export const mosaicTiles = 32;

/**
 * The loops over pixels that a frame is made of.
 *
 * Two implementations give the same bytes: `plain`, TypeScript that says what is meant, and
 * `native`, C for the vector unit. Nothing is allocated. Arguments that do not fit each other throw
 * a RangeError before a pixel is touched.
 */
export interface Pixels {
  readonly name: "native" | "plain";
  /** Copies the marked tiles; `flipped`: the target's first row is the lowest one. */
  copy(from: Raster, to: Raster, marks: Marks, flipped: boolean): void;
  /**
   * Paints the marked tiles of the canvas: the figure where it is, `behind` (of the canvas's size)
   * around it. A figure F of opacity a was filmed over the backdrop B as C = aF + (1 - a)B; over N
   * it is C + (1 - a)(N - B). F need not be guessed, so there is no halo.
   */
  lay(figure: Filmed, behind: Raster, canvas: Raster, at: Laying): void;
  /** Like `lay`, of any size: four pixels are mixed for one (bilinear). */
  sample(figure: Filmed, behind: Raster, canvas: Raster, at: Sampling): void;
  /** Averages blocks of 2 x 2; `to` has half the size of `from`, a last odd row is left out. */
  halve(from: Raster, to: Raster): void;
  /**
   * Lays a patch over frame `frame` of the target, bent by its mesh. Between points places are
   * interpolated in 16.16 fixed point, pixels with weights of 1/256. Where the mask is 0 nothing is
   * touched; where the target carries opacity, that of the patch adds to it.
   */
  bend(target: Raster, patch: Raster, how: Bending, frame: number): void;
  /** Puts tiles into a figure's picture. */
  scatter(mosaic: Mosaic, figure: Filmed): void;
  /** Mixes pictures of one size: `share` of `to` in 256ths, where tiles are marked. */
  mix(from: Raster, to: Raster, target: Raster, how: Mixing): void;
}

export interface Mixing {
  readonly share: number;
  readonly marks: Marks;
}
