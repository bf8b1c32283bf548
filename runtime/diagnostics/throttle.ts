import type { TraceEvent } from "./trace.ts";

const windowMs = 10_000;
const eventsMax = 20;

/**
 * Keeps a log readable: of each kind of event 20 in ten seconds go on, the rest are counted and
 * told of, with the next one that goes on, as `suppressed`. The trace keeps them all.
 */
export class Throttle {
  readonly #kinds = new Map<string, { sinceMs: number; count: number; held: number }>();

  /** The event as it may be written, or undefined when it may not. */
  pass(event: TraceEvent, nowMs: number): TraceEvent | undefined {
    const key = `${event.area}.${event.kind}`;
    const known = this.#kinds.get(key);
    if (known && nowMs - known.sinceMs < windowMs) {
      known.count++;
      if (known.count <= eventsMax) return event;
      known.held++;
      return undefined;
    }
    this.#kinds.set(key, { sinceMs: nowMs, count: 1, held: 0 });
    return known && known.held > 0 ? { ...event, suppressed: known.held } : event;
  }
}
