import type { Clock } from "../../../drivers/clock/clock.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import type { Queue } from "../queue/queue.ts";
import type { Work, WorkKind } from "../queue/work.ts";
import { Refusal } from "../refusal.ts";

/** One kind of work, done and brought to its end. */
export interface Craft {
  /**
   * Resolves once the work's end is written. Rejects when it could not be done; soon, where `held`
   * ends: then another one may be at it.
   */
  do(work: Work, held: AbortSignal): Promise<void>;
  /** Writes a failure; `final`: another try would end the same way. */
  failed(work: Work, failure: Failure): Promise<unknown>;
}

interface Failure {
  readonly message: string;
  readonly final: boolean;
}

/** Thrown by a craft: the next try would end the same way. */
export class Hopeless extends Error {
  override readonly name = "Hopeless";
}

/** What an action of the studio gave. Throws Declined where it refused. */
export function granted<T>(outcome: T | Refusal): T {
  if (outcome instanceof Refusal) throw new Declined(outcome);
  return outcome;
}

interface WorkerParts {
  readonly queue: Pick<Queue, "claim" | "beat">;
  readonly clock: Clock;
  readonly trace: Trace;
}

interface Terms {
  /** Names it in the queue; no other has this name. */
  readonly holder: string;
  /** How long a piece is kept for a worker that gives no sign. */
  readonly leaseMs: number;
}

/**
 * Takes work from the queue, a piece at a time, and says while it is at it that it lives. Any
 * number of workers may share a queue: who dies loses the piece when the lease runs out, who is
 * told that it is another's, or cancelled, stops.
 */
export class Worker {
  readonly #parts: WorkerParts;
  readonly #terms: Terms;
  readonly #crafts: ReadonlyMap<WorkKind, Craft>;

  constructor(parts: WorkerParts, terms: Terms, crafts: ReadonlyMap<WorkKind, Craft>) {
    this.#parts = parts;
    this.#terms = terms;
    this.#crafts = crafts;
  }

  /** Works until `stop` aborts. A database that is away for a while comes back. */
  async run(stop: AbortSignal): Promise<void> {
    const { clock, trace } = this.#parts;
    while (!stop.aborted) {
      let isIdle = true;
      try {
        isIdle = !(await this.turn(stop));
      } catch (error) {
        trace.note({ area: "studio", kind: "queue-unreached", reason: reasonOf(error) });
      }
      if (isIdle) await clock.sleepUntil(clock.monotonicMs() + lookEveryMs, stop);
    }
  }

  /** Does one piece that is due; false when there is none. */
  async turn(stop: AbortSignal): Promise<boolean> {
    const { queue, clock } = this.#parts;
    const kinds = [...this.#crafts.keys()];
    const work = await queue.claim({ kinds, ...this.#terms }, clock.wallMs());
    const craft = work && this.#crafts.get(work.kind);
    if (!work || !craft) return false;
    const lost = new AbortController();
    const done = new AbortController();
    const beating = this.#beat(work, lost, done.signal);
    try {
      this.#note("work-begun", work);
      await craft.do(work, AbortSignal.any([stop, lost.signal]));
      this.#note("work-done", work);
    } catch (error) {
      await this.#fail(craft, work, error, { isLost: lost.signal.aborted, isOver: stop.aborted });
    } finally {
      done.abort();
      await beating;
    }
    return true;
  }

  async #fail(craft: Craft, work: Work, error: unknown, is: Circumstances): Promise<void> {
    if (is.isLost || isLeaseLost(error)) return this.#note("work-lost", work);
    const message = is.isOver ? "the worker was stopped" : reasonOf(error);
    this.#note("work-failed", work, message);
    await craft.failed(work, { message, final: error instanceof Hopeless });
  }

  /** Prolongs the lease three times in its length, until `done`. */
  async #beat(work: Work, lost: AbortController, done: AbortSignal): Promise<void> {
    const { queue, clock, trace } = this.#parts;
    const { leaseMs } = this.#terms;
    let sinceMs = clock.monotonicMs();
    for (;;) {
      await clock.sleepUntil(clock.monotonicMs() + leaseMs / beatsOfLease, done);
      if (done.aborted) return;
      try {
        const atMs = clock.monotonicMs();
        if ((await queue.beat(work, leaseMs, clock.wallMs())) === undefined) return lost.abort();
        sinceMs = atMs;
      } catch (error) {
        trace.note({ area: "studio", kind: "queue-unreached", reason: reasonOf(error) });
        // Nobody could be told for a whole lease: by now it may be another's.
        if (clock.monotonicMs() - sinceMs >= leaseMs) return lost.abort();
      }
    }
  }

  #note(kind: string, { id, kind: work, subject, attempt }: Work, reason?: string): void {
    const told = reason === undefined ? {} : { reason };
    this.#parts.trace.note({ area: "studio", kind, id, work, subject, attempt, ...told });
  }
}

interface Circumstances {
  readonly isLost: boolean;
  readonly isOver: boolean;
}

/** An action refused: its words are the error's. */
class Declined extends Error {
  override readonly name = "Declined";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

function isLeaseLost(error: unknown): boolean {
  return error instanceof Declined && error.refusal.code === "LEASE_LOST";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const lookEveryMs = 1_000;
const beatsOfLease = 3;
