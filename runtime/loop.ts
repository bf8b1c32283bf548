import type { Clock } from "../drivers/clock/clock.ts";

/** Wakes a sleeping loop. Ringing while it works makes it turn once more. */
export class Bell {
  #controller = new AbortController();

  ring(): void {
    this.#controller.abort();
  }

  /** The signal of the next ring; asking for it forgets the rings before. */
  next(): AbortSignal {
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
    return this.#controller.signal;
  }
}

/**
 * The one loop of a thread: turn, then sleep until the moment the turn asked for or until the bell
 * rings, whichever comes first; ends when `stop` aborts.
 */
export async function loop(
  turn: (nowMs: number) => number | Promise<number>,
  clock: Clock,
  bell: Bell,
  stop: AbortSignal,
): Promise<void> {
  stop.addEventListener("abort", () => bell.ring(), { once: true });
  while (!stop.aborted) {
    const ring = bell.next();
    const untilMs = await turn(clock.monotonicMs());
    await clock.sleepUntil(untilMs, ring);
  }
}
