import type { JobDetail, JobError, JobEvent, Reply } from "./job.ts";
import { type Entry, eventOf } from "./register.ts";

/** A request as far as answering it goes. */
export interface Asked {
  readonly request: "submit" | "cancel" | "stream";
  readonly reply: Reply | undefined;
  readonly wallMs: number;
}

/** The answer to a request that is not met. `jobId` is what it names, if anything. */
export function refusal(asked: Asked, jobId: string | null, errors: readonly JobError[]): JobEvent {
  return answer(asked, { jobId, state: "rejected", errors });
}

/** The answer to a submission that came before: where its job is, or that another has its id. */
export function repetition(asked: Asked, entry: Entry, hash: string): JobEvent {
  if (entry.hash === hash) return answer(asked, { ...stateOf(entry), dup: true });
  const message = `Cannot take job ${entry.id}: another job has this id, each needs its own`;
  return refusal(asked, entry.id, [
    { code: "ID_CONFLICT", message, path: "/jobId", retryable: false },
  ]);
}

/** The answer to a cancellation: where the job is after it. `over`: it was so before. */
export function cancellation(asked: Asked, entry: Entry, over: boolean): JobEvent {
  const state = stateOf(entry);
  if (over) return answer(asked, { ...state, dup: true });
  if (entry.state === "cancelled") return answer(asked, state);
  return answer(asked, { ...state, detail: { ...state.detail, stopping: true } });
}

/** The answer to the cancellation of everything. */
export function clearance(asked: Asked, detail: JobDetail): JobEvent {
  return answer(asked, { jobId: null, state: "cancelled", detail });
}

export function unknownJob(asked: Asked, jobId: string): JobEvent {
  const what = asked.request === "cancel" ? "cancel job" : "take part of job";
  const message = `Cannot ${what} ${jobId}: no such job was queued within a day`;
  return refusal(asked, jobId, [
    { code: "UNKNOWN_JOB", message, path: "/jobId", retryable: false },
  ]);
}

export function storageFailed(error: unknown): JobError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `Cannot keep job: ${reason}`;
  return { code: "STORAGE_FAILED", message, retryable: true };
}

function answer({ request, reply, wallMs }: Asked, event: Omit<JobEvent, "wallMs">): JobEvent {
  const { reply: _, ...rest } = event;
  return { ...rest, wallMs, request, ...(reply ? { reply } : {}) };
}

function stateOf(entry: Entry): Omit<JobEvent, "wallMs"> {
  const { wallMs: _, ...state } = eventOf(entry);
  return state;
}
