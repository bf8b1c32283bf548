import { checkDocument } from "./document.ts";
import { AvatarError } from "./error.ts";
import { jpegFramesSchema } from "./layout.ts";
import { type Matte, readMatte } from "./matte.ts";
import { demandJpeg } from "./picture.ts";
import type { Slices } from "./slices.ts";
import type { Stretch } from "./stretch.ts";
import { readTileFrames, type TileFrames } from "./tiles.ts";
import { unpack } from "./unpack.ts";

/** How the frames of a clip are kept. */
export type Frames = JpegFrames | TileFrames;

/** One JPEG a frame, width x height, over the backdrop; the matte tells the figure's pixels. */
export interface JpegFrames {
  readonly kind: "jpeg";
  readonly count: number;
  readonly files: readonly Stretch[];
  readonly matte: Matte;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Reads the frames of a clip, which `what` names in errors; throws AvatarError. */
export function* readFrames(
  what: string,
  layout: { readonly encoding: string },
  blobs: Stretch,
  size: Size,
): Slices<Frames> {
  switch (layout.encoding) {
    case "jpeg":
      return readJpegFrames(what, layout, blobs, size);
    case "tiles":
      return yield* readTileFrames(what, layout, blobs, size);
    default:
      throw new AvatarError(`${what} is encoded as "${layout.encoding}", jpeg or tiles is due`);
  }
}

function readJpegFrames(what: string, layout: object, blobs: Stretch, size: Size): JpegFrames {
  const { pictures, matte } = checkDocument(what, layout, jpegFramesSchema);
  const files = pictures.map((span, frame) => {
    const name = `frame ${frame} of ${what}`;
    const file = blobs.cut(name, span);
    demandJpeg(name, file, size.width, size.height);
    return file;
  });
  const due = matte.runs * 2 + matte.alphas;
  const bytes = unpack(`matte of ${what}`, blobs.cut(`matte of ${what}`, matte.at), due);
  const runs = words(bytes.subarray(0, matte.runs * 2));
  const extent = { ...size, frames: files.length };
  return {
    kind: "jpeg",
    count: files.length,
    files,
    matte: readMatte(runs, bytes.slice(matte.runs * 2), extent),
  };
}

function words(bytes: Uint8Array): Uint16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Uint16Array.from({ length: bytes.length / 2 }, (_, at) => view.getUint16(at * 2, true));
}
