import { limits } from "../../config/limits.ts";

/** Something that happened, as data: an area, a kind, and what belongs to it. Words come later. */
export interface TraceEvent {
  readonly area: string;
  readonly kind: string;
  readonly [detail: string]: unknown;
}

/** Where areas write what happened. Never throws, never waits: fit for the hot path. */
export interface Trace {
  note(event: TraceEvent): void;
}

/**
 * A ring of the last events and a counter for every kind that ever happened, so that the question
 * "did it ever happen" survives overwriting. `sink` sees each event once, for a log.
 */
export class TraceRing implements Trace {
  readonly #ring: TraceEvent[] = [];
  readonly #counts = new Map<string, number>();
  readonly #sink: (event: TraceEvent) => void;
  #next = 0;

  constructor(sink: (event: TraceEvent) => void = () => {}) {
    this.#sink = sink;
  }

  note(event: TraceEvent): void {
    this.#ring[this.#next] = event;
    this.#next = (this.#next + 1) % limits.traceEventsMax;
    const key = `${event.area}.${event.kind}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#sink(event);
  }

  /** How often `area.kind` happened since the start. */
  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** The events still held, oldest first. */
  recent(): readonly TraceEvent[] {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}
