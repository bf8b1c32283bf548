import { type Action, type Clip, readAction, readClip } from "./clip.ts";
import { demand } from "./error.ts";
import { readHead } from "./head.ts";
import { layoutSchema, tierMagic } from "./layout.ts";
import { type MouthSet, readMouth } from "./mouth.ts";
import { type Parts, readAllParts } from "./parts.ts";
import type { Slices } from "./slices.ts";
import type { Stretch } from "./stretch.ts";

export type { Action, Clip } from "./clip.ts";
export type { Frames, JpegFrames } from "./frames.ts";
export type { Matte } from "./matte.ts";
export type { Mesh } from "./mesh.ts";
export type { MouthPatch, MouthSet } from "./mouth.ts";
export type { TileFrames, TileStep } from "./tiles.ts";

/** One resolution of an avatar, checked and ready to be drawn; pictures are read from its file. */
export interface AvatarTier {
  readonly width: number;
  readonly height: number;
  /** The flat colour that the frames are painted over. */
  readonly backdrop: readonly [red: number, green: number, blue: number];
  readonly idle: Clip;
  /** By name. */
  readonly actions: ReadonlyMap<string, Action>;
  readonly mouth: MouthSet;
  /** What each kind of lip-sync keeps at this tier, by its name. */
  readonly parts: ReadonlyMap<string, Parts>;
}

/** Reads a tier's file, trusting nothing in it; throws AvatarError. */
export function* readTier(file: Stretch): Slices<AvatarTier> {
  const { index, blobs } = readHead("tier", file, tierMagic, layoutSchema);
  const { width, height, backdrop, clips } = index;
  const [first, ...others] = clips;
  const idle = yield* readClip(first!, blobs, index);
  const actions = new Map<string, Action>();
  for (const other of others) {
    demand(!actions.has(other.name), () => `action ${other.name} is there twice`);
    actions.set(other.name, yield* readAction(other, blobs, index, idle.count));
  }
  const mouth = readMouth(index.mouth, blobs);
  return { width, height, backdrop, idle, actions, mouth, parts: readAllParts(index.parts, blobs) };
}
