import assert from "node:assert/strict";
import { limits } from "../../config/limits.ts";
import type { Job, JobError } from "./job.ts";

/** Jobs that wait, in the order they will be spoken: by priority, then by arrival. */
export type Queue = readonly Job[];

/** What a job changes: the queue, whom it throws out of it, whether the present one stops. */
export interface Offer {
  readonly queue: Queue;
  readonly dropped: readonly Job[];
  readonly stops: boolean;
}

/** Takes `job` in by its mode, or says why not. `current` is the job being prepared or spoken. */
export function offer(queue: Queue, current: Job | undefined, job: Job): Offer | JobError {
  if (job.mode === "drop-if-busy" && (current || queue.length > 0)) return busy(queue, current);
  const dropped = job.mode === "replace" ? replaced(queue, job) : [];
  const kept = queue.filter((one) => !dropped.includes(one));
  if (kept.length >= limits.queueJobsMax) return full(kept.length);
  return { queue: insert(kept, job, isUrgent(job)), dropped, stops: stops(job, current) };
}

/** Before (`front`) or behind the jobs of its own priority. */
export function insert(queue: Queue, job: Job, front: boolean): Queue {
  const behind = (one: Job) => (front ? one.priority <= job.priority : one.priority < job.priority);
  const index = queue.findIndex(behind);
  const at = index < 0 ? queue.length : index;
  const next = [...queue.slice(0, at), job, ...queue.slice(at)];
  assert(next.length <= limits.queueJobsMax + 1, "the queue is bounded, but for one taken back");
  return next;
}

/** Whether a job of this mode is put in front of its like. */
export function isUrgent({ mode }: Job): boolean {
  return mode === "interrupt";
}

/** Whether `job` may cut off `current`. */
export function stops(job: Job, current: Job | undefined): boolean {
  if (!current || (job.mode !== "interrupt" && job.mode !== "replace")) return false;
  return current.interruptible && job.priority >= current.priority;
}

/** The waiting jobs that `job` throws out: those of its own and of lower priorities. */
export function replaced(queue: Queue, job: Job): Queue {
  return queue.filter((one) => one.priority <= job.priority);
}

/** The queue without the jobs that `leaves` names, and those. */
export function part(queue: Queue, leaves: (job: Job) => boolean): { queue: Queue; left: Queue } {
  return { queue: queue.filter((job) => !leaves(job)), left: queue.filter(leaves) };
}

function full(length: number): JobError {
  const message = `Cannot queue job: ${length} jobs wait, limit is ${limits.queueJobsMax}`;
  return { code: "QUEUE_FULL", message, retryable: true, retryAfterMs: limits.queueRetryMs };
}

function busy(queue: Queue, current: Job | undefined): JobError {
  const waiting = `${queue.length} wait`;
  const what = current ? `job ${current.id} is at hand and ${waiting}` : waiting;
  const message = `Cannot take job: ${what}, drop-if-busy wants nobody before it`;
  return { code: "BUSY", message, retryable: true, retryAfterMs: limits.queueRetryMs };
}
