/**
 * What waits to be done: check (pre-flight of a task's material), build (process and train),
 * publish (an accepted avatar), assign (write `content/desired`), hook (tell of an order).
 */
export type WorkKind = "check" | "build" | "publish" | "assign" | "hook";

/** ready -> leased -> done, or back to ready after a failure, at last dead. */
export type WorkState = "ready" | "leased" | "done" | "dead" | "cancelled";

/** A piece of work as it stands in the queue. */
export interface Work {
  readonly id: string;
  readonly accountId: string;
  readonly kind: WorkKind;
  /** What it is about: the id of a task, avatar, assignment or order. */
  readonly subject: string;
  readonly state: WorkState;
  /** Times it was taken, this one included. */
  readonly attempt: number;
  /** Who holds it; `""`: nobody. */
  readonly holder: string;
  readonly leaseUntilMs: number;
  readonly dueMs: number;
  readonly error: string;
}
