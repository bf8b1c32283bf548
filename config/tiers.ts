/** The sizes an avatar comes in; a tier's name is its short side, portrait by default. */
export const tiers = {
  "360p": { width: 360, height: 640 },
  "540p": { width: 540, height: 960 },
  "720p": { width: 720, height: 1280 },
  "1080p": { width: 1080, height: 1920 },
} as const;

export type Tier = keyof typeof tiers;

export const tierNames = Object.keys(tiers) as readonly Tier[];

/** A tier by name, or the one that this board was judged to sustain. */
export type TierWish = Tier | "auto";

/** Frames a second of every tier; the footage, the mouth track and the stage share it. */
export const framesPerSecond = 25;
