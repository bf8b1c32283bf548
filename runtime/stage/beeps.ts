import { sampleRateHz } from "../../config/sound.ts";

const everySamples = 2 * sampleRateHz;
const firstSample = sampleRateHz;
const beepSamples = Math.round(0.08 * sampleRateHz);
const toneHz = 1_000;
const rampSamples = sampleRateHz / 200;

/** Beeps of 80 ms every two seconds, the first after one, for `ms`. */
export function beeps(ms: number): Int16Array {
  const pcm = new Int16Array(Math.round((ms * sampleRateHz) / 1000));
  for (let start = firstSample; start + beepSamples <= pcm.length; start += everySamples) {
    for (let at = 0; at < beepSamples; at++) {
      const ramp = Math.min(1, at / rampSamples, (beepSamples - at) / rampSamples);
      pcm[start + at] = 12_000 * ramp * Math.sin((2 * Math.PI * toneHz * at) / sampleRateHz);
    }
  }
  return pcm;
}

/** How far sample `at` is into a beep, in samples; undefined between beeps. */
export function intoBeep(at: number): number | undefined {
  const into = (at - firstSample) % everySamples;
  return at >= firstSample && into < beepSamples ? into : undefined;
}
