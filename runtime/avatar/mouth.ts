import { limits } from "../../config/limits.ts";
import { demand } from "./error.ts";
import type { Layout } from "./layout.ts";
import { demandJpeg } from "./picture.ts";
import type { Stretch } from "./stretch.ts";
import { unpack } from "./unpack.ts";

/** The mouths that can be drawn over a frame. */
export interface MouthSet {
  readonly width: number;
  readonly height: number;
  /** How much a patch counts against the frame, 255 wholly, 0 at the border: width x height. */
  readonly mask: Uint8Array;
  /** Pictures of visemes; none where every mouth comes from a kind of lip-sync. */
  readonly shapes: readonly MouthPatch[];
}

/** One mouth: a viseme's name, how far it is made, how far the jaw is open, and its JPEG. */
export interface MouthPatch {
  readonly name: string;
  /** Above 0 (closed) up to 1 (the shape as it is held). */
  readonly amount: number;
  /** 0 to 1, the widest of the set. */
  readonly opening: number;
  /** Over the tier's backdrop. */
  readonly image: Stretch;
  /** What of it is the figure, as in the frames' matte, a byte a pixel. */
  readonly opacity: Uint8Array;
}

/** Reads the mask, and the visemes where there are some; throws AvatarError. */
export function readMouth(mouth: Layout["mouth"], blobs: Stretch): MouthSet {
  const { width, height } = mouth;
  const mask = unpack("mouth mask", blobs.cut("mouth mask", mouth.mask), width * height);
  return { width, height, mask, shapes: readVisemes(mouth, blobs) };
}

function readVisemes(
  { width, height, visemes }: Layout["mouth"],
  blobs: Stretch,
): readonly MouthPatch[] {
  if (visemes === undefined) return [];
  const area = width * height;
  const { shapes } = visemes;
  const decoded = shapes.length * area * 4;
  const most = limits.avatarPartBytesMax;
  demand(decoded <= most, () => `mouths take ${decoded} bytes decoded, limit is ${most} bytes`);
  const packed = blobs.cut("mouth planes", visemes.planes);
  const planes = unpack("mouth planes", packed, area * shapes.length);
  return shapes.map(({ image, ...shape }, index) => {
    const file = blobs.cut(`mouth ${shape.name}`, image);
    demandJpeg(`mouth ${shape.name}`, file, width, height);
    const opacity = planes.subarray(index * area, (index + 1) * area);
    return { ...shape, image: file, opacity };
  });
}
