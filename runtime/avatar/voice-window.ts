import { demand } from "./error.ts";
import type { Parts } from "./parts.ts";

/**
 * The stretch of speech that a lip-sync sees around a frame, frame by frame, oldest first: the
 * weights of the 15 visemes and the opening of each.
 */
export interface VoiceWindow {
  /** Frames before and behind the one that is shown. */
  readonly past: number;
  readonly ahead: number;
  /** Values in all. */
  readonly length: number;
}

/** Reads the tensor `window`: past and ahead; throws AvatarError. */
export function readVoiceWindow(voice: Parts): VoiceWindow {
  const [past = 0, ahead = 0] = voice.tensor("window", "i16", [2]);
  const fits = Math.min(past, ahead) >= 0 && Math.max(past, ahead) <= framesMax;
  demand(fits, () => `window sees ${past} and ${ahead} frames, 0 to ${framesMax} are due`);
  return { past, ahead, length: (past + 1 + ahead) * valuesPerFrame };
}

/** Half a second: what is further away does not move lips. */
const framesMax = 12;
const valuesPerFrame = 16;
