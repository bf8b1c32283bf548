import { join } from "node:path";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import type { Clip } from "../../runtime/avatar/tier.ts";
import type { TileFrames } from "../../runtime/avatar/tiles.ts";
import { Projector } from "../../runtime/stage/projector.ts";

const native = join(import.meta.dirname, "../../build/native");

/** Plays frames kept as tiles as the stage does; `bytes` are those of its picture, RGBA. */
export async function tilePlayer(
  frames: TileFrames,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<{ readonly bytes: Uint8Array; show(frame: number): void }> {
  const brushes = { pictures: sharpPictures(), pixels: nativePixels(native) };
  const projector = new Projector({ width, height, backdrop: [226, 229, 234] }, brushes);
  const mesh = {
    columns: 2,
    rows: 2,
    step: 1,
    origins: new Int16Array(0),
    points: new Float32Array(0),
  };
  const clip: Clip = { name: "loop", count: frames.count, frames, mesh };
  const { buffer } = projector.picture.words;
  return { bytes: new Uint8Array(buffer), show: (frame) => projector.show(clip, frame) };
}
