import { limits } from "../../config/limits.ts";
import { type Asked, refusal, unknownJob } from "./answer.ts";
import type { Job, JobError, JobEvent, Reply } from "./job.ts";
import { isTerminal } from "./job.ts";
import type { Jobs } from "./jobs.ts";
import { parsePart } from "./part.ts";
import { Stream } from "./stream.ts";

/** When a part came in, and where its sender wants answers. */
interface Arrival {
  readonly nowMs: number;
  readonly wallMs: number;
  readonly reply?: Reply;
}

interface Open {
  readonly job: Job;
  readonly stream: Stream;
  readonly reply: Reply | undefined;
  /** The trouble that was told last; each is told once until a part is taken. */
  told: string | undefined;
}

/**
 * The parts of the streamed jobs that are under way. A stream is open from its first part, or from
 * the moment its job is at hand, to the end of its job.
 */
export class Streams {
  readonly #jobs: Pick<Jobs, "find" | "stateOf">;
  readonly #open = new Map<string, Open>();

  constructor(jobs: Pick<Jobs, "find" | "stateOf">) {
    this.#jobs = jobs;
  }

  /** Takes a part of job `jobId`; the events are answers, and there are none when all is well. */
  receive(jobId: string, payload: Uint8Array, arrival: Arrival): readonly JobEvent[] {
    const asked: Asked = { request: "stream", reply: arrival.reply, wallMs: arrival.wallMs };
    const job = this.#jobs.find(jobId);
    if (!job?.pcm) return [this.#stranger(jobId, job, asked)];
    const open = this.#open.get(jobId) ?? this.#begin(job, arrival);
    if ("code" in open) return [refusal(asked, jobId, [open])];
    const part = parsePart(payload, job.pcm.channels * 2);
    const error = "code" in part ? part : open.stream.offer(part, arrival.nowMs);
    if (!error) {
      open.told = undefined;
      return [];
    }
    if (open.told === error.code) return [];
    open.told = error.code;
    return [refusal(asked, jobId, [error])];
  }

  /** The stream of the job at hand, whether or not a part of it has come. */
  of(job: Job, nowMs: number): Stream {
    const open = this.#open.get(job.id);
    const stream = open?.stream ?? new Stream(nowMs);
    stream.attend(nowMs);
    if (open) return stream;
    this.#open.set(job.id, { job, stream, reply: undefined, told: undefined });
    return stream;
  }

  /** Lets go of streams whose jobs are over, and gives up parts that never came. */
  turn(nowMs: number, wallMs: number): { events: readonly JobEvent[]; nextMs: number } {
    const events: JobEvent[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const [id, { stream, reply }] of this.#open) {
      if (!this.#jobs.find(id)) {
        this.#open.delete(id);
        stream.wake();
        continue;
      }
      const error = stream.turn(nowMs);
      if (error) events.push(refusal({ request: "stream", reply, wallMs }, id, [error]));
      nextMs = Math.min(nextMs, stream.nextMs);
    }
    return { events, nextMs };
  }

  #begin(job: Job, { nowMs, reply }: Arrival): Open | JobError {
    if (this.#open.size >= limits.streamsMax) return tooMany();
    const open: Open = { job, stream: new Stream(nowMs), reply, told: undefined };
    this.#open.set(job.id, open);
    return open;
  }

  #stranger(jobId: string, job: Job | undefined, asked: Asked): JobEvent {
    const state = this.#jobs.stateOf(jobId);
    const ended = (message: string) =>
      refusal(asked, jobId, [{ code: "STREAM_ENDED", message, retryable: false }]);
    if (job) {
      const message = `Cannot take part: job ${jobId} is of kind ${job.kind}, stream is due`;
      return refusal(asked, jobId, [{ code: "NOT_A_STREAM", message, retryable: false }]);
    }
    if (state && isTerminal(state)) return ended(`Cannot take part: job ${jobId} is ${state}`);
    return unknownJob(asked, jobId);
  }
}

function tooMany(): JobError {
  const most = limits.streamsMax;
  const message = `Cannot take part: ${most} streams have parts waiting, limit is ${most}`;
  const retryAfterMs = limits.streamRetryMs;
  return { code: "STREAM_FULL", message, retryable: true, retryAfterMs };
}
