/** Sounds made afresh, the same in every run; -1 to 1 at a rate. */
export type Noise = (seconds: number) => number;

const turn = 2 * Math.PI;
let seed = 1;

/** 0 to 1, the same sequence in every run (Lehmer; Park and Miller, CACM, 1988). */
export function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}

const hiss: Noise = () => 0.18 * (random() - 0.5);

/** What a kiosk hears besides speech. */
export const noises: Readonly<Record<string, Noise>> = {
  silence: () => 0,
  hiss,
  /** Breath through the nose: hiss that swells and fades every two seconds. */
  breath: (at) => hiss(at) * Math.max(0, Math.sin(turn * 0.5 * at)) ** 2,
  knocks: (at) => 0.25 * Math.exp(-60 * (at % 0.5)) * Math.sin(turn * 900 * at),
  hum: (at) => 0.02 * (Math.sin(turn * 50 * at) + 0.5 * Math.sin(turn * 150 * at)),
  music: (at) => 0.08 * chord(at) + 0.1 * Math.exp(-40 * (at % 0.25)) * (random() - 0.5),
};

/** Triads that change every second, each note with its overtones, plucked twice a second. */
function chord(at: number): number {
  const root = [220, 174.6, 261.6, 196][Math.floor(at) % 4]!;
  const pluck = Math.exp(-3 * (at % 0.5));
  const notes = [root, root * 1.25, root * 1.5];
  return pluck * notes.reduce((sum, hz) => sum + tone(hz, at), 0);
}

function tone(hz: number, at: number): number {
  return Math.sin(turn * hz * at) + (0.4 * Math.sin(turn * 2 * hz * at)) / 2;
}

/** 16 bit samples of a noise. */
export function sampled(noise: Noise, seconds: number, rateHz: number): Int16Array {
  return Int16Array.from({ length: Math.round(seconds * rateHz) }, (_, index) =>
    Math.round(32_767 * noise(index / rateHz)),
  );
}

/**
 * A voice through the formants of an open vowel (Peterson and Barney, JASA, 1952). Its pitch moves
 * about 120 Hz as in talk; one that stands still is a hum.
 */
export function vowel(seconds: number, rateHz: number): Int16Array {
  let phase = 0;
  const pulses = Float64Array.from({ length: Math.round(seconds * rateHz) }, (_, at) => {
    const before = Math.floor(phase);
    phase += (120 * (1 + 0.15 * Math.sin(turn * 1.7 * (at / rateHz) + 0.6))) / rateHz;
    return Math.floor(phase) > before || at === 0 ? 1 : 0;
  });
  for (const [hz, widthHz] of formants) {
    const radius = Math.exp((-Math.PI * widthHz) / rateHz);
    const swing = 2 * radius * Math.cos((turn * hz) / rateHz);
    for (let at = 0; at < pulses.length; at++) {
      pulses[at]! += swing * (pulses[at - 1] ?? 0) - radius ** 2 * (pulses[at - 2] ?? 0);
    }
  }
  const peak = pulses.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(pulses, (value) => (12_000 * value) / peak);
}

const formants = [
  [730, 80],
  [1090, 90],
  [2440, 120],
] as const;
