import type { Layout } from "../../runtime/avatar/layout.ts";
import { meshBytes } from "../../runtime/avatar/mesh.ts";
import type { Blobs } from "./blobs.ts";
import type { ClipHeader, Header } from "./header.ts";
import { squeeze } from "./squeeze.ts";
import type { ByteStream } from "./stream.ts";

/** Keeps the frames of a clip: RGB over the backdrop, and opacity, three bytes and one a pixel. */
export interface FrameKeeper {
  add(rgb: Uint8Array, alpha: Uint8Array): Promise<void>;
  /** Adds the blobs; what the index says of them. */
  finish(blobs: Blobs): Promise<{ encoding: string }>;
}

/** Reads one clip: for each frame its mesh, its light where it has some, its matte, its picture. */
export async function packClip(
  input: ByteStream,
  { width, height }: Pick<Header, "width" | "height">,
  clip: ClipHeader,
  keeper: FrameKeeper,
  blobs: Blobs,
): Promise<Layout["clips"][number]> {
  const { frames: count, mesh, light, ...told } = clip;
  const meshes: Uint8Array[] = [];
  const lights: Uint8Array[] = [];
  for (let frame = 0; frame < count; frame++) {
    meshes.push(await input.bytes(meshBytes(mesh)));
    if (light) lights.push(await input.bytes(mesh.columns * mesh.rows * 3));
    const alpha = await input.bytes(width * height);
    await keeper.add(await input.bytes(width * height * 3), alpha);
  }
  const frames = await keeper.finish(blobs);
  const at = blobs.add(squeeze(Buffer.concat(meshes)));
  const lit = light ? { light: blobs.add(squeeze(Buffer.concat(lights))) } : {};
  return { ...told, frames, mesh: { ...mesh, at }, ...lit };
}
