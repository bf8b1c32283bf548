import { demand } from "./error.ts";
import type { Parts } from "./parts.ts";
import { demandJpeg } from "./picture.ts";
import type { Slices } from "./slices.ts";
import type { Stretch } from "./stretch.ts";
import { readVoiceWindow, type VoiceWindow } from "./voice-window.ts";

/**
 * What the instant lip-sync of an avatar knows: mouths of the take, called units, and a kernel
 * regression that tells the code of the mouth that belongs to a window of speech. With z the scaled
 * window, a code is the sum over the rows of `weights` times `exp(-|z - anchor|² / reach)` for each
 * anchor, then `linear * z` for each value of the window, then 1.
 */
export interface Instant {
  readonly window: VoiceWindow;
  /** Mean and factor of each value of a window. */
  readonly scale: Float32Array;
  readonly reach: number;
  readonly linear: number;
  /** Scaled windows of the take, row by row. */
  readonly anchors: Float32Array;
  /** anchors + window's values + 1 rows of `codes` numbers. */
  readonly weights: Float32Array;
  /** Numbers in a code. */
  readonly codes: number;
  /** The code of each unit, row by row. */
  readonly units: Float32Array;
  /** How far the lips of each unit are apart, in pixels of 540p; 0 for closed. */
  readonly openings: Float32Array;
  /** JPEGs, colours over the backdrop. */
  readonly patches: readonly Stretch[];
  /** JPEGs in greys, what of each patch is the figure; empty where all is. */
  readonly opacities: readonly Stretch[];
}

/** Reads the parts of an instant lip-sync for patches of width x height; throws AvatarError. */
export function* readInstant(
  voice: Parts,
  tier: Parts,
  size: { readonly width: number; readonly height: number },
): Slices<Instant> {
  const window = readVoiceWindow(voice);
  const [anchors = 0] = voice.shape("anchors");
  const [units = 0, codes = 0] = voice.shape("units");
  demand(units > 0 && codes > 0, () => `instant lip-sync has ${units} units of ${codes} codes`);
  const [reach = 0, linear = 0] = voice.tensor("kernel", "f32", [2]);
  demand(reach > 0, () => `instant lip-sync's kernel reaches ${reach}, more than 0 is due`);
  const patches = tier.blobs("patches");
  const opacities = tier.blobs("opacities");
  demand(patches.length === units, () => `there are ${patches.length} patches for ${units} units`);
  const due = opacities.length === 0 || opacities.length === units;
  demand(due, () => `there are ${opacities.length} opacities for ${units} units`);
  yield* demandPictures("patch", patches, size);
  yield* demandPictures("opacity", opacities, size);
  return {
    window,
    scale: voice.tensor("scale", "f32", [window.length, 2]),
    reach,
    linear,
    anchors: voice.tensor("anchors", "f32", [anchors, window.length]),
    weights: voice.tensor("weights", "f32", [anchors + window.length + 1, codes]),
    codes,
    units: voice.tensor("units", "f32", [units, codes]),
    openings: voice.tensor("openings", "f32", [units]),
    patches,
    opacities,
  };
}

function* demandPictures(
  what: string,
  files: readonly Stretch[],
  { width, height }: { readonly width: number; readonly height: number },
): Slices<void> {
  for (const [at, file] of files.entries()) {
    demandJpeg(`${what} ${at}`, file, width, height);
    if (at % slicePictures === 0) yield;
  }
}

/** Pictures whose heads are read in a slice. */
const slicePictures = 16;
