/** A stage of the work: its name and how long it usually takes, in seconds. */
export interface Part {
  readonly name: string;
  readonly seconds: number;
}

/**
 * Tells how long the work will still take: what its parts usually take, at the pace of what is
 * done so far. The usual times are trusted until a tenth of the work is behind.
 */
export class Forecast {
  readonly #parts: readonly Part[];
  #done = 0;
  #spentSeconds = 0;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /** A part is finished after so many seconds. */
  finish(name: string, seconds: number): void {
    this.#done += this.#usual(name);
    this.#spentSeconds += seconds;
  }

  /** Seconds left while `share` (0 to 1) of part `name` was done in `seconds`. */
  leftSeconds(name: string, share: number, seconds: number): number {
    const total = this.#parts.reduce((sum, part) => sum + part.seconds, 0);
    const done = this.#done + this.#usual(name) * share;
    const trust = Math.min(1, done / (total * trustedShare));
    const pace = done > 0 ? (this.#spentSeconds + seconds) / done : 1;
    return Math.max(0, (total - done) * (1 + (pace - 1) * trust));
  }

  #usual(name: string): number {
    return this.#parts.find((part) => part.name === name)?.seconds ?? 0;
  }
}

const trustedShare = 0.1;
