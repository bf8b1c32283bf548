/** Still pictures: reading frames fast, reading and writing files well. */
export interface Pictures {
  /**
   * Decodes a JPEG of exactly `width` x `height` into `rgba` (4 bytes a pixel, top row first).
   * Blocking and without allocation: it is called for every frame. Throws a RangeError that names
   * the size that came and the size that was due.
   */
  decodeFrame(jpeg: Uint8Array, width: number, height: number, rgba: Uint8Array): void;
  /** Likewise a JPEG in greys, a byte a pixel, whose levels are opacities. */
  decodeOpacity(jpeg: Uint8Array, width: number, height: number, levels: Uint8Array): void;
  /** Reads a JPEG, PNG or WebP picture, scaled and cut to cover width x height exactly. */
  cover(file: Uint8Array, width: number, height: number): Promise<Uint8Array>;
  /**
   * Reads a JPEG, PNG, WebP or SVG picture, as large as fits into width x height, with its opacity.
   */
  fit(file: Uint8Array, width: number, height: number): Promise<FittedPicture>;
  /** Writes RGBA pixels as a JPEG file, `share` of their size; quality 1 to 100. */
  jpeg(
    rgba: Uint8Array,
    size: { readonly width: number; readonly height: number },
    quality: number,
    share: number,
  ): Promise<Uint8Array>;
  /** Writes RGBA pixels as a PNG file. */
  png(rgba: Uint8Array, width: number, height: number): Promise<Uint8Array>;
}

/** RGBA, 4 bytes a pixel, top row first. */
export interface FittedPicture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}
