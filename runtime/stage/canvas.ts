/** Pixels being painted: RGBA, 4 bytes each, `width * height * 4` long, top row first. */
export interface Canvas {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}
