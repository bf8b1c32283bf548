/**
 * Tells several tones at once, as in a chord or a hum, from a voice, which has one pitch. Of each
 * 20 ms two things count: how well the sound foretells itself (linear prediction; Makhoul, Proc.
 * IEEE 63, 1975), which tones do and noise does not, and how well it repeats at the pitch of some
 * voice (normalised autocorrelation; Boersma, IFA Proc. 17, 1993). What foretells itself and does
 * not repeat is no voice. Sound is 16 kHz mono; any chunking gives the same answers.
 */
export class Tones {
  /** A quarter of the rate: tones of music and the first formant lie below its half. */
  readonly #slow: number[] = [];
  readonly #repeats: number[] = [];
  readonly #errors: number[] = [];
  /** What of a slow sample has come, and of how many fast ones. */
  #sum = 0;
  #summed = 0;
  /** Slow samples and steps that were let go. */
  #slowGone = 0;
  #gone = 0;

  push(pcm: Int16Array): void {
    for (const sample of pcm) {
      this.#sum += sample;
      if (++this.#summed < slowdown) continue;
      this.#slow.push(this.#sum / slowdown);
      this.#sum = this.#summed = 0;
    }
    while (this.#slowGone + this.#slow.length >= this.#due() + reach) this.#look();
  }

  /**
   * Whether several tones sound in the 100 ms from step `step` on, as far as they are known; steps
   * before it are forgotten.
   */
  severalAt(step: number): boolean {
    const past = Math.min(step - this.#gone, this.#repeats.length);
    if (past > 0) {
      this.#repeats.splice(0, past);
      this.#errors.splice(0, past);
      this.#gone += past;
    }
    let [repeats, error] = [0, 1];
    for (let at = 0; at < Math.min(stepsAhead, this.#repeats.length); at++) {
      repeats = Math.max(repeats, this.#repeats[at]!);
      error = Math.min(error, this.#errors[at]!);
    }
    return repeats < voiceRepeats && error < tonesError;
  }

  reset(): void {
    for (const list of [this.#slow, this.#repeats, this.#errors]) list.length = 0;
    this.#sum = this.#summed = this.#slowGone = this.#gone = 0;
  }

  /** Where the middle of the next step's stretch lies, in slow samples. */
  #due(): number {
    return (this.#gone + this.#repeats.length) * stepSamples;
  }

  #look(): void {
    const middle = this.#due() - this.#slowGone;
    this.#repeats.push(repetition(this.#slow, middle));
    this.#errors.push(predictionError(this.#slow, middle));
    const past = middle + stepSamples - reach;
    if (past <= 0) return;
    this.#slow.splice(0, past);
    this.#slowGone += past;
  }
}

/** 16 kHz to 4 kHz. */
const slowdown = 4;
/** 20 ms of slow samples. */
const stepSamples = 80;
/** The speech model's answers come later than that. */
const stepsAhead = 5;
/** What is looked at on either side of a step's beginning. */
const reach = 112;

/**
 * Voices in recorded and synthesised speech repeat to 0.86 and more where they foretell themselves
 * so well; triads to 0.6.
 */
const voiceRepeats = 0.7;
const tonesError = 0.005;

/** 40 ms against themselves a period later, from 400 Hz down to 80 Hz. */
const stretch = 160;
const lagMin = 10;
const lagMax = 50;

/** The best peak of the normalised autocorrelation, 0 to 1; 0 where there is none. */
function repetition(sound: readonly number[], middle: number): number {
  const from = middle - ((stretch + lagMax) >> 1);
  let best = 0;
  let [before, last] = [correlation(sound, from, lagMin - 1), correlation(sound, from, lagMin)];
  for (let lag = lagMin; lag <= lagMax; lag++) {
    const next = correlation(sound, from, lag + 1);
    if (last >= before && last >= next) best = Math.max(best, last);
    [before, last] = [last, next];
  }
  return best;
}

function correlation(sound: readonly number[], from: number, lag: number): number {
  let [product, early, late] = [0, 1, 1];
  for (let at = from; at < from + stretch; at++) {
    const [one, other] = [sound[at] ?? 0, sound[at + lag] ?? 0];
    product += one * other;
    early += one * one;
    late += other * other;
  }
  return product / Math.sqrt(early * late);
}

const predictionOrder = 12;
const windowSamples = 200;
const hann = Float64Array.from(
  { length: windowSamples },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / windowSamples),
);

/** Share of the energy of 50 ms that linear prediction misses, by Levinson's recursion; 0 to 1. */
function predictionError(sound: readonly number[], middle: number): number {
  const from = middle - windowSamples / 2;
  const faded = hann.map((share, at) => share * (sound[from + at] ?? 0));
  const energies = Array.from({ length: predictionOrder + 1 }, (_, lag) => {
    let sum = 0;
    for (let at = lag; at < windowSamples; at++) sum += faded[at]! * faded[at - lag]!;
    return sum;
  });
  const whole = energies[0]!;
  if (whole < 1) return 1;
  let missed = whole * (1 + 1e-7);
  let weights: number[] = [];
  for (let order = 1; order <= predictionOrder; order++) {
    const rest = weights.reduce((left, weight, at) => left - weight * energies[order - at - 1]!, 0);
    const reflection = (energies[order]! + rest) / missed;
    const turned = weights.toReversed();
    weights = [...weights.map((weight, at) => weight - reflection * turned[at]!), reflection];
    missed *= 1 - reflection ** 2;
  }
  return missed / whole;
}
