/** How much of one thing one sender may do: so often in the long run, so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Beyond so many senders everybody starts anew: a flood of addresses must not take the memory. */
const sendersMax = 1_000;

/** Token buckets that fill with time, one for each kind and sender. */
export class Buckets<Kind extends string> {
  readonly #rates: Readonly<Record<Kind, Rate>>;
  readonly #buckets = new Map<string, { level: number; atMs: number }>();

  constructor(rates: Readonly<Record<Kind, Rate>>) {
    this.#rates = rates;
  }

  /** Whether `from` may do it now; then it is counted. */
  take(kind: Kind, from: string, nowMs: number): boolean {
    const { perSecond, burst } = this.#rates[kind];
    const key = `${kind} ${from}`;
    const bucket = this.#buckets.get(key) ?? { level: burst, atMs: nowMs };
    const level = Math.min(burst, bucket.level + ((nowMs - bucket.atMs) * perSecond) / 1000);
    if (this.#buckets.size > sendersMax) this.#buckets.clear();
    this.#buckets.set(key, { level: Math.max(0, level - 1), atMs: nowMs });
    return level >= 1;
  }
}
