import type { Clock } from "./clock.ts";

interface Sleeper {
  readonly atMs: number;
  readonly resume: () => void;
}

/** A clock that only moves when a test turns it. Sleepers resume in the order of their time. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #epochMs: number;
  #sleepers: Sleeper[] = [];

  constructor(startMs = 0, epochMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
    this.#epochMs = epochMs - startMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#epochMs + this.#nowMs;
  }

  sleepUntil(atMs: number, wake?: AbortSignal): Promise<void> {
    if (atMs <= this.#nowMs || wake?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { atMs, resume: resolve };
      this.#sleepers.push(sleeper);
      wake?.addEventListener("abort", () => this.#cancel(sleeper), { once: true });
    });
  }

  /** Moves time on, stopping at every sleeper on the way so that its work runs at its own time. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settle();
    for (;;) {
      const next = this.#earliest();
      if (!next || next.atMs > untilMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      this.#cancel(next);
      await settle();
    }
    this.#nowMs = untilMs;
    await settle();
  }

  #earliest(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) => (first && first.atMs <= sleeper.atMs ? first : sleeper),
      undefined,
    );
  }

  #cancel(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.resume();
  }
}

/** Lets promises that are already resolved run on, including those behind a message or a pipe. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}
