import { demand } from "./error.ts";
import { type Frames, readFrames } from "./frames.ts";
import type { Layout } from "./layout.ts";
import { type Mesh, meshBytes, readMesh } from "./mesh.ts";
import type { Slices } from "./slices.ts";
import type { Stretch } from "./stretch.ts";
import { unpack } from "./unpack.ts";

/** Frames that follow each other, and where the mouth lies in each. */
export interface Clip {
  readonly name: string;
  readonly count: number;
  readonly frames: Frames;
  readonly mesh: Mesh;
}

/** A clip that leaves the idle loop and comes back to it, played once or held for a while. */
export interface Action extends Clip {
  /** How far each frame of the idle loop is from the first frame, mean levels of the figure. */
  readonly enter: readonly number[];
  /** The same for the last frame. */
  readonly leave: readonly number[];
  /** Frames that repeat while the action is held: after the second comes the first. */
  readonly hold: readonly [from: number, to: number] | undefined;
}

type ClipLayout = Layout["clips"][number];

/** Reads the idle loop; throws AvatarError. */
export function* readClip(layout: ClipLayout, blobs: Stretch, size: Size): Slices<Clip> {
  const { name, mesh } = layout;
  const frames = yield* readFrames(name, layout.frames, blobs, size);
  const { count } = frames;
  const packed = blobs.cut(`mesh of ${name}`, mesh.at);
  const grid = unpack(`mesh of ${name}`, packed, count * meshBytes(mesh));
  return {
    name,
    count,
    frames,
    mesh: readMesh(grid, mesh, count),
  };
}

/** Reads an action that belongs to an idle loop of `idleFrames` frames; throws AvatarError. */
export function* readAction(
  layout: ClipLayout,
  blobs: Stretch,
  size: Size,
  idleFrames: number,
): Slices<Action> {
  const clip = yield* readClip(layout, blobs, size);
  const { name, enter = [], leave = [], hold } = layout;
  for (const list of [enter, leave]) {
    const is = `${name} tells ${list.length} distances to the idle loop`;
    demand(list.length === 0 || list.length === idleFrames, () => `${is}, ${idleFrames} are due`);
  }
  const [from, to] = hold ?? [0, 0];
  const within = `${name} holds frames ${from} to ${to} of ${clip.count}`;
  demand(from <= to && to < clip.count, () => `${within}, a part of them is due`);
  return { ...clip, enter, leave, hold };
}

interface Size {
  readonly width: number;
  readonly height: number;
}
