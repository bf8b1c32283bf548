import type { Trace } from "../diagnostics/trace.ts";
import { isTerminal, type Job, type JobEvent } from "./job.ts";
import { readJob } from "./parse.ts";
import { insert, part, type Queue } from "./queue.ts";
import type { LedgerRecord, QueuedRecord, StateRecord } from "./record.ts";
import { type Entry, eventOf, type Register } from "./register.ts";

/** The present moment on both clocks. */
interface Moment {
  readonly nowMs: number;
  readonly wallMs: number;
}

/** What a start makes of the ledger it finds. */
interface Recovered {
  readonly queue: Queue;
  /** What the start itself changes, to be written before anything else. */
  readonly records: readonly LedgerRecord[];
  readonly events: readonly JobEvent[];
}

/**
 * Folds `records` into `register` and settles what a stop left open: jobs that waited wait again
 * unless their time is up, a job that was being spoken is over (or waits again when it asked for a
 * replay, once), and terminal events that the broker does not have are told again.
 */
export function recover(
  records: readonly LedgerRecord[],
  register: Register,
  moment: Moment,
  trace: Trace,
): Recovered {
  for (const record of records) {
    const known = register.apply(record, madeAtMs(record, moment));
    if (!known) trace.note({ area: "job", kind: "ledger-orphan", id: record.id });
  }
  const untold = register.entries().filter(({ state, told }) => isTerminal(state) && !told);
  let queue = queueOf(records, register, moment);
  const changes = register.entries().flatMap((entry) => settle(entry, queue, moment));
  for (const change of changes) {
    register.apply(change, moment.nowMs);
    if (change.k === "queued") queue = toFront(queue, change.id);
  }
  queue = queue.filter(({ id }) => register.get(id)?.state === "queued");
  const changed = new Set(changes.map(({ id }) => id));
  const told = [...untold, ...[...changed].flatMap((id) => register.get(id) ?? [])];
  return { queue, records: changes, events: told.map(eventOf) };
}

/** Jobs that are not over, in the order in which they came in or were put in front. */
function queueOf(records: readonly LedgerRecord[], register: Register, moment: Moment): Queue {
  let queue: Queue = [];
  for (const record of records) {
    if (record.k !== "queued" || register.get(record.id)?.queued !== record) continue;
    const job = readAgain(record, moment);
    if (job) queue = insert(queue, job, record.front);
  }
  return queue;
}

function toFront(queue: Queue, id: string): Queue {
  const { queue: others, left } = part(queue, (job) => job.id === id);
  return left.reduce((next, job) => insert(next, job, true), others);
}

function settle(entry: Entry, queue: Queue, { nowMs, wallMs }: Moment): LedgerRecord[] {
  const { id, queued, state } = entry;
  if (isTerminal(state) || !queued) return [];
  const become = (record: Partial<StateRecord> & Pick<StateRecord, "state">): StateRecord => ({
    ...{ k: "state", id, wallMs },
    ...record,
  });
  const job = queue.find((one) => one.id === id);
  if (!job) return [become({ state: "failed", errors: [unreadable(id)] })];
  // Its parts were never on disk, and where the sender stands nobody knows.
  if (job.kind === "stream" && state !== "speaking") {
    return [become({ state: "failed", errors: [streamLost(id)] })];
  }
  if (state === "speaking") {
    if (
      job.onRestart === "replay" &&
      job.kind !== "stream" &&
      queued.restarts === 0 &&
      job.deadlineMs > nowMs
    ) {
      const again = { ...queued, front: true, restarts: 1 };
      return [again, become({ state: "queued", detail: { reason: "restart" } })];
    }
    const spokenMs = entry.detail?.spokenMs ?? 0;
    return [become({ state: "interrupted", detail: { reason: "restart", spokenMs } })];
  }
  return job.deadlineMs > nowMs ? [] : [become({ state: "expired" })];
}

function readAgain({ id, body, lifeMs, wallMs }: QueuedRecord, moment: Moment): Job | undefined {
  // A clock that went back must not shorten a life, nor may it lengthen one beyond its whole.
  const elapsedMs = Math.max(0, moment.wallMs - wallMs);
  const read = readJob(body, lifeMs - elapsedMs, id, moment.nowMs);
  return read.kind === "speak" ? read.job : undefined;
}

function madeAtMs(record: LedgerRecord, { nowMs, wallMs }: Moment): number {
  return record.k === "told" ? nowMs : nowMs - Math.max(0, wallMs - record.wallMs);
}

function streamLost(id: string) {
  const message = `Cannot speak job ${id}: this device started anew, its parts are gone`;
  return { code: "STREAM_LOST", message, retryable: true };
}

function unreadable(id: string) {
  const message = `Cannot speak job ${id}: another version queued it, this one cannot read it`;
  return { code: "UNREADABLE_AFTER_RESTART", message, retryable: true };
}
