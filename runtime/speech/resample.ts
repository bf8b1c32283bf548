/**
 * Changes the sample rate of a stream, block by block: a polyphase filter of windowed sinc, one
 * coefficient set for each phase between the two rates. Time is kept: output sample n stands for
 * the moment n / toHz of the input, without delay. Any blocking of the input gives the same output.
 *
 * Sources: the polyphase form, Crochiere and Rabiner, Multirate Digital Signal Processing (1983),
 * section 3.3; Kaiser's window and his formula for its width, Oppenheim and Schafer, Discrete-Time
 * Signal Processing, section 7.5 (length = (attenuation - 7.95) / 14.36 / transition width).
 */
export class Resampler {
  readonly #up: number;
  readonly #down: number;
  readonly #half: number;
  readonly #filters: Float32Array;
  /** Input from sample `#from` on, kept as long as the filter reaches back to it. */
  #kept: Int16Array = new Int16Array(0);
  #from: number;
  #received = 0;
  /** The next output sample lies `#phase / #up` samples after input sample `#base`. */
  #base = 0;
  #phase = 0;

  /** Rates in Hz, whole numbers from 8,000 to 96,000; others throw a RangeError. */
  constructor(fromHz: number, toHz: number) {
    assertRate(fromHz);
    assertRate(toHz);
    const shared = greatestDivisor(fromHz, toHz);
    this.#up = toHz / shared;
    this.#down = fromHz / shared;
    const narrowing = Math.min(1, toHz / fromHz);
    this.#half = Math.ceil(zeroCrossings / narrowing);
    this.#filters = designFilters(this.#up, this.#half, narrowing);
    this.#from = -this.#half;
    this.#kept = new Int16Array(this.#half);
  }

  /** Takes the next block and gives what can be computed now: some `zeroCrossings` samples less. */
  push(pcm: Int16Array): Int16Array {
    this.#append(pcm);
    this.#received += pcm.length;
    const reach = this.#received - this.#half;
    return this.#produce(this.#outputsBefore(reach));
  }

  /**
   * The rest, once all input is in; the stream has then ceil(samples * toHz / fromHz) samples. What
   * is pushed next is a new stream.
   */
  flush(): Int16Array {
    this.#append(new Int16Array(this.#half));
    const rest = this.#produce(this.#outputsBefore(this.#received));
    this.#kept = new Int16Array(this.#half);
    this.#from = -this.#half;
    this.#received = this.#base = this.#phase = 0;
    return rest;
  }

  #append(pcm: Int16Array): void {
    const spent = Math.max(0, this.#base - this.#half - this.#from);
    const kept = new Int16Array(this.#kept.length - spent + pcm.length);
    kept.set(this.#kept.subarray(spent));
    kept.set(pcm, kept.length - pcm.length);
    this.#kept = kept;
    this.#from += spent;
  }

  /** How many more outputs lie before an input position. */
  #outputsBefore(position: number): number {
    const distance = (position - this.#base) * this.#up - this.#phase;
    return Math.max(0, Math.ceil(distance / this.#down));
  }

  #produce(count: number): Int16Array {
    const produced = new Int16Array(count);
    const taps = 2 * this.#half;
    const filters = this.#filters;
    const kept = this.#kept;
    for (let at = 0; at < count; at++) {
      const first = this.#base - this.#half + 1 - this.#from;
      const filter = this.#phase * taps;
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += filters[filter + tap]! * kept[first + tap]!;
      produced[at] = clamp(Math.round(sum));
      this.#phase += this.#down;
      this.#base += Math.floor(this.#phase / this.#up);
      this.#phase %= this.#up;
    }
    return produced;
  }
}

/** The filter reaches this many zero crossings of the sinc to each side: 64 taps. */
const zeroCrossings = 32;
/** Attenuation of mirror images; 16 bit sound has 96 dB, speech far less. */
const attenuationDb = 80;
const kaiserBeta = 0.1102 * (attenuationDb - 8.7);

function designFilters(phases: number, half: number, narrowing: number): Float32Array {
  const taps = 2 * half;
  const transition = (attenuationDb - 7.95) / (14.36 * taps);
  // The stop band begins at the lower rate's Nyquist frequency; cutoff in cycles per input sample.
  const cutoff = 0.5 * narrowing - transition / 2;
  const filters = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    const filter = filters.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - half + 1 - phase / phases;
      filter[tap] = sinc(2 * cutoff * distance) * kaiser(distance / half);
      sum += filter[tap]!;
    }
    // Every phase passes a constant unchanged; otherwise the phases would hum.
    for (let tap = 0; tap < taps; tap++) filter[tap] = filter[tap]! / sum;
  }
  return filters;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(position: number): number {
  if (Math.abs(position) > 1) return 0;
  return besselI0(kaiserBeta * Math.sqrt(1 - position * position)) / besselI0(kaiserBeta);
}

/** Modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let order = 1; term > sum * 1e-12; order++) {
    term *= (x / (2 * order)) ** 2;
    sum += term;
  }
  return sum;
}

function clamp(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, sample));
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function assertRate(rateHz: number): void {
  if (Number.isInteger(rateHz) && rateHz >= 8_000 && rateHz <= 96_000) return;
  throw new RangeError(
    `Cannot resample: rate is ${rateHz} Hz, it should be a whole number from 8000 to 96000 Hz`,
  );
}
