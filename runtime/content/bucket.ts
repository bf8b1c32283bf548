/**
 * A token bucket with time as an argument: what is taken flows in again at the rate, and a second's
 * worth waits in it. A large piece is let through at once and paid for afterwards, so that over any
 * time no more passes than rate x time, one second's worth and one piece.
 */
export class Bucket {
  #level: number | undefined;
  #atMs = 0;

  /** Takes `bytes` at `nowMs` and gives how long to wait before the next; no rate: not at all. */
  take(bytes: number, bytesPerSecond: number | undefined, nowMs: number): number {
    if (bytesPerSecond === undefined) {
      this.#level = undefined;
      return 0;
    }
    const passedMs = Math.max(0, nowMs - this.#atMs);
    const level = (this.#level ?? bytesPerSecond) + (passedMs / 1_000) * bytesPerSecond;
    this.#level = Math.min(bytesPerSecond, level) - bytes;
    this.#atMs = nowMs;
    return Math.max(0, (-this.#level / bytesPerSecond) * 1_000);
  }
}
