import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import type { Raster } from "../../drivers/pixels/pixels.ts";
import type { AvatarTier } from "../../runtime/avatar/tier.ts";
import { visemes } from "../../runtime/mouth/viseme.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import type { Moment } from "../../runtime/stage/moment.ts";

/** A mouth that never moves. */
export function frozenLips(): LipSync {
  return {
    patchAt: () => undefined,
    prepare: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

/** The picture of the strongest viseme, out of the material's 15: what a simple player does. */
export async function picturedVisemes(material: string, tier: AvatarTier): Promise<LipSync> {
  const folder = join(material, "visemes");
  const { crop_xywh: crop } = JSON.parse(readFileSync(join(folder, "visemes.json"), "utf8"));
  const master = JSON.parse(readFileSync(join(material, "meta.json"), "utf8")).size[0];
  const pictures: Raster[] = [];
  for (const viseme of visemes) {
    pictures.push(await cutOut(join(folder, `${viseme}.png`), crop, tier, master / tier.width));
  }
  const strongest = ({ weights }: Moment) => weights.indexOf(Math.max(...weights));
  return {
    ...frozenLips(),
    patchAt: (moment) => (moment.opening === 0 ? undefined : pictures[strongest(moment)]),
  };
}

/** The part of a picture that the avatar's patches show, at the tier's size. */
async function cutOut(
  file: string,
  [left, top]: readonly [number, number],
  { mouth, idle }: AvatarTier,
  scale: number,
): Promise<Raster> {
  const { width, height } = mouth;
  const { origins, points } = idle.mesh;
  const place = {
    left: Math.round((origins[0]! - points[0]!) * scale) - left,
    top: Math.round((origins[1]! - points[1]!) * scale) - top,
  };
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const rgba = await sharp(file)
    .extract({ ...place, ...size })
    .resize(width, height, { kernel: "linear" })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { words: new Uint32Array(new Uint8Array(rgba).buffer), width, height };
}
