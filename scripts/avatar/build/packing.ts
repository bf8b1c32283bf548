import sharp from "sharp";
import { type Tier, tiers } from "../../../config/tiers.ts";
import type { FrameKeeper } from "../clips.ts";
import type { ClipHeader, Header } from "../header.ts";
import type { Packing } from "../pack.ts";
import { TileKeeper } from "../tile-frames.ts";

/** JPEG quality and dead band (levels): of the idle loop, which is seen all day, and of actions. */
interface Keeping {
  readonly idle: readonly [quality: number, deadBand: number];
  readonly action: readonly [quality: number, deadBand: number];
}

/** Chosen so that a tier with seven actions stays under 25 MB (README.md beside this folder). */
const keepings: Readonly<Record<Tier, Keeping>> = {
  "360p": { idle: [84, 4.5], action: [72, 4.5] },
  "540p": { idle: [82, 4.5], action: [66, 4.5] },
  "720p": { idle: [80, 5], action: [60, 4.5] },
  "1080p": { idle: [62, 6.5], action: [38, 7] },
};

const posterWidth = 360;

/** How a tier is packed; `poster` hears the first picture of the idle loop. */
export function packingOf(tier: Tier, poster: (jpeg: Uint8Array) => void): Packing {
  const { width, height } = tiers[tier];
  return {
    mouthQuality: 93,
    keeper(_: Header, { name }: ClipHeader): FrameKeeper {
      const loops = name === "idle";
      const [quality, deadBand] = keepings[tier][loops ? "idle" : "action"];
      const tiles = new TileKeeper({ width, height, quality, deadBand, loops });
      return loops ? watched(tiles, { width, height }, poster) : tiles;
    },
  };
}

/** What is part of a tier's stamp: other settings give other bytes. */
export function settingsOf(tier: Tier): object {
  return keepings[tier];
}

function watched(
  keeper: FrameKeeper,
  { width, height }: { readonly width: number; readonly height: number },
  poster: (jpeg: Uint8Array) => void,
): FrameKeeper {
  let isFirst = true;
  return {
    async add(rgb, alpha) {
      if (isFirst) poster(await posterOf(rgb, width, height));
      isFirst = false;
      await keeper.add(rgb, alpha);
    },
    finish: (blobs) => keeper.finish(blobs),
  };
}

async function posterOf(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(posterWidth)
    .jpeg({ quality: 85, mozjpeg: true, progressive: false })
    .toBuffer();
}
