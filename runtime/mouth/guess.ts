import { samplesPerFrame } from "../../config/sound.ts";
import { closesDb, type FrameSound } from "./energy.ts";
import type { Segment } from "./segments.ts";
import type { Viseme } from "./viseme.ts";

/**
 * Segments for sound whose phonemes nobody knows, one a frame, from its bands alone: hiss looks
 * like s, a dark sound like o or u, a bright one like e, a full one like a. Far from reading lips,
 * but the mouth moves with the sound and only with it.
 */
export function guessSegments(first: number, sounds: readonly FrameSound[]): Segment[] {
  return sounds.map((sound, index) => ({
    from: (first + index) * samplesPerFrame,
    to: (first + index + 1) * samplesPerFrame,
    viseme: guess(sound),
  }));
}

/** Below this the voice is between syllables. */
const softDb = -34;

function guess({ levelDb, low, mid, high, isSounding }: FrameSound): Viseme {
  if (!isSounding || levelDb < closesDb) return "sil";
  if (high > 0.5) return "SS";
  if (levelDb < softDb) return "nn";
  if (mid > 0.3) return mid > 0.45 ? "aa" : "E";
  return low > 0.85 ? "ou" : "oh";
}
