import { sampleRateHz } from "../../config/sound.ts";

const everySamples = 2 * sampleRateHz;
const firstSample = sampleRateHz;
const beepSamples = Math.round(0.08 * sampleRateHz);
const toneHz = 1_000;
const rampSamples = sampleRateHz / 200;

/** Which loudspeaker a beep comes from, one after the other. */
const sides = ["left", "right", "both"] as const;

export type Side = (typeof sides)[number];

/** Two seconds with a beep in their middle, and who plays them: -1 left, 1 right, 0 both. */
interface Beep {
  readonly pcm: Int16Array;
  readonly balance: number;
}

/** Beeps of 80 ms every two seconds, the first after one, for `ms`; from left, right, both. */
export function* beeps(ms: number): Generator<Beep> {
  const total = Math.round((ms * sampleRateHz) / 1000);
  for (let start = 0; start < total; start += everySamples) {
    const pcm = new Int16Array(Math.min(everySamples, total - start));
    if (pcm.length >= firstSample + beepSamples) pcm.set(tone, firstSample);
    yield { pcm, balance: balances[sideAt(start)] };
  }
}

/** How far sample `at` is into a beep, in samples; undefined between beeps. */
export function intoBeep(at: number): number | undefined {
  const into = (at - firstSample) % everySamples;
  return at >= firstSample && into < beepSamples ? into : undefined;
}

/** Who plays sample `at`. */
export function sideAt(at: number): Side {
  return sides[Math.floor(at / everySamples) % sides.length]!;
}

const balances: Readonly<Record<Side, number>> = { left: -1, right: 1, both: 0 };

const tone = Int16Array.from({ length: beepSamples }, (_, at) => {
  const ramp = Math.min(1, at / rampSamples, (beepSamples - at) / rampSamples);
  return 12_000 * ramp * Math.sin((2 * Math.PI * toneHz * at) / sampleRateHz);
});
