import { Fft, fftSize } from "./fft.ts";

/** Sound the mouth listens to: 16 kHz mono; a mel frame each 10 ms, two to a step of the net. */
export const listening = {
  rateHz: 16_000,
  bands: 40,
  /** Samples from one mel frame to the next, and those that one frame sees. */
  hopSamples: 160,
  windowSamples: 400,
  framesPerStep: 2,
} as const;

/** Samples that a step sees before its own 20 ms and in all: windows are centred in their cell. */
export const stepLeadSamples = (listening.windowSamples - listening.hopSamples) / 2;
export const stepReachSamples = listening.hopSamples + listening.windowSamples;

/**
 * Log-mel features of one 20 ms step: 40 triangular bands from 60 to 7,600 Hz, equally wide on the
 * mel scale 2595 log10(1 + f / 700) (O'Shaughnessy, Speech Communication, 1987), of the power
 * spectrum of a 25 ms periodic Hann window, as `ln(power + 1e-5)`; sound is scaled to -1..1.
 * Equal to `scripts/train-speech/features.py` to 1e-4.
 */
export class LogMel {
  readonly #hann = hannWindow();
  readonly #bank = melBank();
  readonly #fft = new Fft();

  /**
   * Reads `stepReachSamples` samples from `start` on and writes the step's two frames of 40 bands
   * into `frames`. Allocates nothing.
   */
  step(sound: Float32Array, start: number, frames: Float32Array): void {
    const { real, imaginary } = this.#fft;
    const { windowSamples, hopSamples, bands } = listening;
    // Two real frames are one complex one: their spectra come apart by symmetry.
    for (let sample = 0; sample < windowSamples; sample++) {
      const weight = this.#hann[sample]!;
      real[sample] = weight * sound[start + sample]!;
      imaginary[sample] = weight * sound[start + hopSamples + sample]!;
    }
    real.fill(0, windowSamples);
    imaginary.fill(0, windowSamples);
    this.#fft.transform();
    this.#fft.splitPower();
    for (let band = 0; band < bands; band++) {
      const triangle = this.#bank[band]!;
      frames[band] = logOf(triangle, this.#fft.firstPower);
      frames[bands + band] = logOf(triangle, this.#fft.secondPower);
    }
  }
}

const floor = 1e-5;

interface Triangle {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

function logOf({ firstBin, weights }: Triangle, power: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < weights.length; bin++) sum += weights[bin]! * power[firstBin + bin]!;
  return Math.log(sum + floor);
}

function hannWindow(): Float64Array {
  const size = listening.windowSamples;
  return Float64Array.from(
    { length: size },
    (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / size),
  );
}

function melBank(): readonly Triangle[] {
  const low = melOf(60);
  const gap = (melOf(7600) - low) / (listening.bands + 1);
  const edgeHz = (at: number): number => 700 * (10 ** ((low + gap * at) / 2595) - 1);
  const binHz = listening.rateHz / fftSize;
  return Array.from({ length: listening.bands }, (_, band) => {
    const [left, peak, right] = [edgeHz(band), edgeHz(band + 1), edgeHz(band + 2)];
    const firstBin = Math.ceil(left / binHz);
    const lastBin = Math.min(fftSize / 2, Math.floor(right / binHz));
    const weights = Float64Array.from({ length: lastBin - firstBin + 1 }, (_, at) => {
      const hz = (firstBin + at) * binHz;
      return Math.max(0, Math.min((hz - left) / (peak - left), (right - hz) / (right - peak)));
    });
    return { firstBin, weights };
  });
}

function melOf(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}
