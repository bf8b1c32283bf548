/** The loop that every way keeps: pixels over the backdrop, and opacity. */
export interface Loop {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly { readonly rgb: Uint8Array; readonly alpha: Uint8Array }[];
}

/** What one way to keep the frames of a loop costs. */
export interface WayCost {
  readonly way: string;
  /** Processor time to have the next frame as RGBA, median, in ms. */
  readonly nextMs: number;
  /** The same for a frame somewhere else in the loop. */
  readonly jumpMs: number;
  /** Of the whole loop, its opacity included. */
  readonly packageMb: number;
  /** What has to be in memory beside the picture itself. */
  readonly memoryMb: number;
  /** Root mean square of what differs from the source, in levels. */
  readonly levels: number;
}
