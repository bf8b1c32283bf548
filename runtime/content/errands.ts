import { limits } from "../../config/limits.ts";
import { type Affair, done, failed, newAffair } from "./affair.ts";
import type { Wish } from "./desired.ts";
import type { Placed, Release } from "./release.ts";
import type { Supply, Trouble } from "./supply.ts";

/** What errands go by at a moment. */
export interface Hour {
  readonly nowMs: number;
  readonly wallMs: number;
  /** Whether the board's clock can be believed. */
  readonly knowsTime: boolean;
}

interface Running {
  readonly wish: Wish;
  readonly stop: AbortController;
  ended: Promise<void>;
  outcome?: Placed | Trouble;
}

/** Runs one errand at a time, in the order of the set, each again when it is due. */
export class Errands implements AsyncDisposable {
  readonly #supply: Supply;
  readonly #random: () => number;
  readonly #refuses: (release: Release) => Trouble | undefined;
  readonly #affairs = new Map<string, Affair>();
  #running: Running | undefined;

  constructor(
    supply: Supply,
    random: () => number,
    refuses: (release: Release) => Trouble | undefined,
  ) {
    this.#supply = supply;
    this.#random = random;
    this.#refuses = refuses;
  }

  get affairs(): ReadonlyMap<string, Affair> {
    return this.#affairs;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Each of these is due now; what was under way for others is let go. */
  plan(wishes: readonly Wish[], nowMs: number): void {
    this.letGo();
    this.#affairs.clear();
    for (const { id } of wishes) this.#affairs.set(id, newAffair(nowMs));
  }

  /** One of them is due now, whatever was known of it. */
  hurry(id: string, nowMs: number): void {
    this.#change(id, (affair) => ({ ...affair, dueMs: nowMs }));
  }

  /** Begins the first errand that is due, unless one is under way. */
  begin(wishes: readonly Wish[], hour: Hour): void {
    if (this.#running) return;
    const wish = wishes.find(({ id }) => (this.#affairs.get(id)?.dueMs ?? 0) <= hour.nowMs);
    if (wish) this.#running = this.#run(wish, hour);
  }

  /** How the errand ended that has; once. */
  ended(): { readonly wish: Wish; readonly outcome: Placed | Trouble } | undefined {
    const { wish, outcome } = this.#running ?? {};
    if (!wish || !outcome) return undefined;
    this.#running = undefined;
    return { wish, outcome };
  }

  /** It is here: looked for again later, where a newer one may come. */
  settle(wish: Wish, nowMs: number): void {
    const isPinned = wish.version !== undefined || wish.sha256 !== undefined;
    const later = nowMs + limits.contentCheckMs * (0.75 + 0.5 * this.#random());
    this.#change(wish.id, (affair) => done(affair, isPinned ? Number.POSITIVE_INFINITY : later));
  }

  /** It is not: tried again when something may have changed. */
  fail({ id }: Wish, trouble: Trouble, nowMs: number): void {
    this.#change(id, (affair) => failed(affair, trouble, nowMs, this.#random()));
  }

  /** Stops what is under way; what is here of it stays, and it is due at once. */
  letGo(): void {
    this.#running?.stop.abort(new Error("the errand was called off"));
    // One that has ended and was not looked at is about what was wished before.
    if (this.#running?.outcome) this.#running = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.letGo();
    await this.#running?.ended;
  }

  #run(wish: Wish, { wallMs, knowsTime }: Hour): Running {
    const stop = new AbortController();
    // Once it is called off, what it finds is about what was wished before.
    const change = (next: Partial<Affair>): void => {
      if (!stop.signal.aborted) this.#change(wish.id, (affair) => ({ ...affair, ...next }));
    };
    const errand = {
      abort: stop.signal,
      wallMs: knowsTime ? wallMs : undefined,
      step: (step: Affair["step"]) => change({ step }),
      found: (release: Release) => change({ release }),
      refuses: this.#refuses,
    };
    const running: Running = { wish, stop, ended: Promise.resolve() };
    running.ended = this.#supply.bring(wish, errand).then((outcome) => {
      if (!stop.signal.aborted) running.outcome = outcome;
      else if (this.#running === running) this.#running = undefined;
      change({ step: undefined });
    });
    return running;
  }

  #change(id: string, change: (affair: Affair) => Affair): void {
    const affair = this.#affairs.get(id);
    if (affair) this.#affairs.set(id, change(affair));
  }
}
