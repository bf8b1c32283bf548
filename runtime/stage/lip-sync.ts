import type { Raster } from "../../drivers/pixels/pixels.ts";
import type { Moment } from "./moment.ts";

/** Makes the mouths of a figure: for a moment of speech, the patch to lay over the frame. */
export interface LipSync extends AsyncDisposable {
  /**
   * The patch of a moment, valid until the next call: a raster of the figure's mouth size, or the
   * number of one of its pictures (figure.ts). undefined: the frame's own mouth, which is closed.
   */
  patchAt(moment: Moment): Raster | number | undefined;
  /**
   * Works ahead, so that `patchAt` has this moment and the next ready; whoever makes patches at
   * once does nothing. One call at a time.
   */
  prepare(moment: Moment): Promise<void>;
}
