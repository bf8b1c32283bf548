/** Points of the transform. */
export const fftSize = 512;

/**
 * Fourier transform of 512 points in place, radix 2 (Cooley and Tukey, 1965), and the power spectra
 * of two real signals at once. Tables are made once; nothing is allocated after that.
 */
export class Fft {
  readonly real = new Float64Array(fftSize);
  readonly imaginary = new Float64Array(fftSize);
  /** Power spectra of the two real signals that `real` and `imaginary` held. */
  readonly firstPower = new Float64Array(fftSize / 2 + 1);
  readonly secondPower = new Float64Array(fftSize / 2 + 1);
  readonly #cos = Float64Array.from({ length: fftSize / 2 }, (_, at) =>
    Math.cos((turn * at) / fftSize),
  );
  readonly #sin = Float64Array.from({ length: fftSize / 2 }, (_, at) =>
    Math.sin((turn * at) / fftSize),
  );
  readonly #reversed = reversedBits();

  transform(): void {
    this.#reorder();
    for (let half = 1; half < fftSize; half *= 2) {
      for (let offset = 0; offset < half; offset++) {
        this.#butterflies(half, offset);
      }
    }
  }

  /** Takes the sum and difference of mirrored bins apart: X1 = even part, X2 = odd part / i. */
  splitPower(): void {
    const { real, imaginary } = this;
    for (let bin = 0; bin <= fftSize / 2; bin++) {
      const mirror = (fftSize - bin) % fftSize;
      const sumReal = real[bin]! + real[mirror]!;
      const sumImaginary = imaginary[bin]! + imaginary[mirror]!;
      const gapReal = real[bin]! - real[mirror]!;
      const gapImaginary = imaginary[bin]! - imaginary[mirror]!;
      this.firstPower[bin] = (sumReal * sumReal + gapImaginary * gapImaginary) / 4;
      this.secondPower[bin] = (sumImaginary * sumImaginary + gapReal * gapReal) / 4;
    }
  }

  #reorder(): void {
    const { real, imaginary } = this;
    for (let at = 0; at < fftSize; at++) {
      const to = this.#reversed[at]!;
      if (to <= at) continue;
      const keptReal = real[at]!;
      const keptImaginary = imaginary[at]!;
      real[at] = real[to]!;
      imaginary[at] = imaginary[to]!;
      real[to] = keptReal;
      imaginary[to] = keptImaginary;
    }
  }

  #butterflies(half: number, offset: number): void {
    const { real, imaginary } = this;
    const twiddle = offset * (fftSize / (2 * half));
    const cos = this.#cos[twiddle]!;
    const sin = this.#sin[twiddle]!;
    for (let low = offset; low < fftSize; low += 2 * half) {
      const high = low + half;
      const turnedReal = cos * real[high]! + sin * imaginary[high]!;
      const turnedImaginary = cos * imaginary[high]! - sin * real[high]!;
      real[high] = real[low]! - turnedReal;
      imaginary[high] = imaginary[low]! - turnedImaginary;
      real[low] = real[low]! + turnedReal;
      imaginary[low] = imaginary[low]! + turnedImaginary;
    }
  }
}

function reversedBits(): Uint16Array {
  const reversed = new Uint16Array(fftSize);
  for (let at = 1; at < fftSize; at++) {
    reversed[at] = (reversed[at >> 1]! >> 1) | (at & 1 ? fftSize / 2 : 0);
  }
  return reversed;
}

const turn = 2 * Math.PI;
