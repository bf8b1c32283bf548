import type { Job, JobError, Reply } from "./job.ts";
import type { Submission } from "./parse.ts";
import { isUrgent, type Offer, offer, type Queue, replaced, stops } from "./queue.ts";
import type { EndedRecord, QueuedRecord } from "./record.ts";
import { writeReply } from "./register.ts";

/** What comes with a submission into the ledger. */
interface Arrival {
  readonly wallMs: number;
  readonly reply: Reply | undefined;
  /** The job that this one ends, if it only stops others. */
  readonly stopped: string | undefined;
}

/** The queue with this submission taken in, or why it cannot be. */
export function take(
  { kind, job }: Submission,
  queue: Queue,
  current: Job | undefined,
): Offer | JobError {
  if (kind === "speak") return offer(queue, current, job);
  const may = stops(job, current);
  if (current && !may) return mayNotStop(current);
  const dropped = job.mode === "replace" ? replaced(queue, job) : [];
  return { queue: queue.filter((one) => !dropped.includes(one)), dropped, stops: may };
}

/** The record of a job that waits; of one that only stops others, that it has done so. */
export function arrivalRecord(
  { kind, job, body, hash, lifeMs }: Submission,
  { wallMs, reply, stopped }: Arrival,
): QueuedRecord | EndedRecord {
  const { id } = job;
  const to = reply ? { reply: writeReply(reply) } : {};
  if (kind === "speak") {
    const front = isUrgent(job);
    const left = job.unsupported?.join(", ") ?? "";
    const told = left === "" ? {} : { detail: { unsupported: left } };
    return { k: "queued", id, hash, body, wallMs, lifeMs, front, restarts: 0, ...told, ...to };
  }
  const detail = { stopped: stopped ?? null };
  return { k: "ended", id, hash, state: "completed", wallMs, detail, told: false, ...to };
}

function mayNotStop({ id, priority }: Job): JobError {
  const rule = "it is not interruptible or of a higher priority";
  const message = `Cannot stop job ${id} of priority ${priority}: ${rule}`;
  return { code: "NOT_INTERRUPTIBLE", message, retryable: true };
}
