import { openBytes } from "../../drivers/disk/memory.ts";
import { type Layout, tierMagic } from "../../runtime/avatar/layout.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { readTier } from "../../runtime/avatar/tier.ts";
import { Blobs } from "./blobs.ts";
import { type FrameKeeper, packClip } from "./clips.ts";
import type { ClipHeader, Header } from "./header.ts";
import { encodeJpeg } from "./jpeg.ts";
import { squeeze } from "./squeeze.ts";
import type { ByteStream } from "./stream.ts";

/** How a tier is packed: how the frames of each clip are kept, and the JPEG quality of mouths. */
export interface Packing {
  keeper(header: Header, clip: ClipHeader): FrameKeeper;
  readonly mouthQuality: number;
}

/**
 * Packs one tier from what `tier.py` streams: a line of JSON (`Header`); the mask; for each viseme
 * its opacity and its picture (RGB); then the clips. The file is read back before it counts.
 */
export async function packTier(input: ByteStream, packing: Packing): Promise<Uint8Array> {
  const header: Header = JSON.parse(await input.line());
  const blobs = new Blobs();
  const mouth = await packMouth(input, header, packing.mouthQuality, blobs);
  const clips: Layout["clips"] = [];
  for (const clip of header.clips) {
    const pixels = header.width * header.height;
    clips.push(await packClip(input, { ...clip, pixels }, packing.keeper(header, clip), blobs));
  }
  const { width, height, backdrop } = header;
  const layout: Layout = { width, height, backdrop, clips, mouth, parts: {} };
  const file = blobs.file(tierMagic, layout);
  atOnce(readTier(Stretch.of(openBytes(file))));
  return file;
}

async function packMouth(
  input: ByteStream,
  { mouth }: Header,
  quality: number,
  blobs: Blobs,
): Promise<Layout["mouth"]> {
  const { width, height } = mouth;
  const mask = blobs.add(squeeze(await input.bytes(width * height)));
  if (mouth.shapes.length === 0) return { width, height, mask };
  const planes: Uint8Array[] = [];
  const shapes = [];
  for (const shape of mouth.shapes) {
    planes.push(await input.bytes(width * height));
    const rgb = await input.bytes(width * height * 3);
    const picture = await encodeJpeg(rgb, mouth, { quality, chroma: "4:4:4" });
    shapes.push({ ...shape, image: blobs.add(picture) });
  }
  const visemes = { planes: blobs.add(squeeze(Buffer.concat(planes))), shapes };
  return { width, height, mask, visemes };
}
