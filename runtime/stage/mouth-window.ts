import type { VoiceWindow } from "../avatar/voice-window.ts";
import type { Moment } from "./moment.ts";

/** Writes what a lip-sync sees around a moment: `past` + 1 + `ahead` frames of 16 values. */
export function fillWindow(
  values: Float32Array,
  { past, ahead }: VoiceWindow,
  moment: Moment,
): void {
  let at = 0;
  for (let frames = -past; frames <= ahead; frames++) {
    const { weights, opening } = moment.near(frames);
    values.set(weights, at);
    values[at + weights.length] = opening;
    at += weights.length + 1;
  }
}
