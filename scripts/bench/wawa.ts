import { Resampler } from "../../runtime/speech/resample.ts";
import { readBenchmarkWav } from "./lipsync.ts";
import { cpuSince, type Hear, type Heard, steps } from "./peers.ts";
import type { Shape } from "./score.ts";

/**
 * wawa-lipsync, where the npm package is installed. It reads a browser's AnalyserNode 60 times a
 * second; here that node is made after the Web Audio API's specification (Blackman window, 2048
 * points, smoothing 0.8, bytes for -100 to -30 dB) and its clock is the sound's own.
 */
export async function openWawa(): Promise<Hear | undefined> {
  const name = "wawa-lipsync";
  const library = (await import(name).catch(() => undefined)) as Library | undefined;
  return library && (async (wavFile) => hear(library, wavFile));
}

interface Library {
  readonly Lipsync: new () => { viseme: string; processAudio(): void };
}

const rateHz = 48_000;
const updatesPerSecond = 60;

function hear({ Lipsync }: Library, wavFile: string): Heard {
  const upwards = new Resampler(16_000, rateHz);
  const pcm = readBenchmarkWav(wavFile);
  const sound = Float64Array.from([...upwards.push(pcm), ...upwards.flush()], (v) => v / 32_768);
  const analyser = new Analyser(sound);
  const browser = {
    AudioContext: class {
      sampleRate = rateHz;
      createAnalyser = () => analyser;
    },
  };
  const clock = performance.now;
  Object.assign(globalThis, { window: browser });
  try {
    performance.now = () => (analyser.until / rateHz) * 1000;
    const lipsync = new Lipsync();
    const started = process.cpuUsage();
    const shapes: Shape[] = [];
    for (; analyser.until < sound.length; analyser.until += rateHz / updatesPerSecond) {
      lipsync.processAudio();
      const shape = lipsync.viseme.replace("viseme_", "");
      shapes.push(names[shape] ?? (shape as Shape));
    }
    return { segments: steps(shapes, 1 / updatesPerSecond), cpuSeconds: cpuSince(started) };
  } finally {
    performance.now = clock;
  }
}

const names: Readonly<Record<string, Shape>> = { I: "ih", O: "oh", U: "ou" };

class Analyser {
  fftSize = 2048;
  /** The analyser sees the last `fftSize` samples before this one. */
  until = 0;
  readonly #sound: Float64Array;
  readonly #smoothed = new Float64Array(1024);

  constructor(sound: Float64Array) {
    this.#sound = sound;
  }

  get frequencyBinCount(): number {
    return this.fftSize / 2;
  }

  getByteFrequencyData(bytes: Uint8Array): void {
    const size = this.fftSize;
    const real = Float64Array.from({ length: size }, (_, at) => {
      const turn = (2 * Math.PI * at) / size;
      const blackman = 0.42 - 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
      return blackman * (this.#sound[this.until - size + at] ?? 0);
    });
    const imaginary = new Float64Array(size);
    transform(real, imaginary);
    for (let bin = 0; bin < bytes.length; bin++) {
      const size1 = Math.hypot(real[bin]!, imaginary[bin]!) / size;
      this.#smoothed[bin] = 0.8 * this.#smoothed[bin]! + 0.2 * size1;
      const db = 20 * Math.log10(this.#smoothed[bin]! + 1e-12);
      bytes[bin] = Math.max(0, Math.min(255, Math.floor((255 / 70) * (db + 100))));
    }
  }
}

/** Fourier transform in place, by halves (Cooley and Tukey, 1965). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  if (size === 1) return;
  const pick = (values: Float64Array, odd: number): Float64Array =>
    Float64Array.from({ length: size / 2 }, (_, at) => values[2 * at + odd]!);
  const even = [pick(real, 0), pick(imaginary, 0)] as const;
  const odd = [pick(real, 1), pick(imaginary, 1)] as const;
  transform(...even);
  transform(...odd);
  for (let at = 0; at < size / 2; at++) {
    const angle = (-2 * Math.PI * at) / size;
    const turnedReal = Math.cos(angle) * odd[0][at]! - Math.sin(angle) * odd[1][at]!;
    const turnedImaginary = Math.sin(angle) * odd[0][at]! + Math.cos(angle) * odd[1][at]!;
    real[at] = even[0][at]! + turnedReal;
    imaginary[at] = even[1][at]! + turnedImaginary;
    real[at + size / 2] = even[0][at]! - turnedReal;
    imaginary[at + size / 2] = even[1][at]! - turnedImaginary;
  }
}
