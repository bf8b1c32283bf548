import type { Changed } from "./changed.ts";

/** Pixels being painted: RGBA, 4 bytes each, `width * height * 4` long, top row first. */
export interface Canvas {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /**
   * On a canvas that keeps its contents from picture to picture: what differs. A scene marks what
   * it paints, and who paints over a scene covers. Absent: every picture is painted whole.
   */
  readonly changed?: Changed;
}
