import type { Layout } from "../../runtime/avatar/layout.ts";
import { meshBytes } from "../../runtime/avatar/mesh.ts";
import type { Blobs } from "./blobs.ts";
import type { ClipHeader } from "./header.ts";
import { squeeze } from "./squeeze.ts";
import type { ByteStream } from "./stream.ts";

/** Keeps the frames of a clip: RGB over the backdrop, and opacity, three bytes and one a pixel. */
export interface FrameKeeper {
  add(rgb: Uint8Array, alpha: Uint8Array): Promise<void>;
  /** Adds the blobs; what the index says of them. */
  finish(blobs: Blobs): Promise<{ encoding: string }>;
}

/** Reads one clip: for each frame its mesh, its matte, its picture of `pixels` pixels. */
export async function packClip(
  input: ByteStream,
  clip: ClipHeader & { readonly pixels: number },
  keeper: FrameKeeper,
  blobs: Blobs,
): Promise<Layout["clips"][number]> {
  const { frames: count, mesh, pixels, ...told } = clip;
  const meshes: Uint8Array[] = [];
  for (let frame = 0; frame < count; frame++) {
    meshes.push(await input.bytes(meshBytes(mesh)));
    const alpha = await input.bytes(pixels);
    await keeper.add(await input.bytes(pixels * 3), alpha);
  }
  const frames = await keeper.finish(blobs);
  const at = blobs.add(squeeze(Buffer.concat(meshes)));
  return { ...told, frames, mesh: { ...mesh, at } };
}
