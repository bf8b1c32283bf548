import assert from "node:assert/strict";
import { framesPerSecond } from "./tiers.ts";

/** One rate from the end of speech preparation to the loudspeaker: mono, 16 bit. */
export const sampleRateHz = 48_000;

/** Samples that sound while one frame is shown. */
export const samplesPerFrame = sampleRateHz / framesPerSecond;

assert(Number.isInteger(samplesPerFrame), "a frame must hold a whole number of samples");

/** Sound that may wait on the stage ahead of the playhead: 30 s, 3 MB. */
export const leadSamplesMax = 30 * sampleRateHz;

/** Stretches of samples, one behind the other. */
export function joined(...stretches: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(stretches.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const stretch of stretches) {
    all.set(stretch, at);
    at += stretch.length;
  }
  return all;
}
