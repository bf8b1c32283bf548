import { limits } from "../../config/limits.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Job, JobEvent } from "../job/job.ts";
import type { Jobs } from "../job/jobs.ts";
import type { Speaker, SpeakerEvent } from "./speaker.ts";

/** How often the desk looks for jobs whose time has run out while nothing else wakes it. */
const expiryMs = 500;

/**
 * The desk: takes jobs from the queue to the speaker, one at a time, and gives every change of a
 * job to `publish`. It owns no time and no thread: `turn` does what is due and returns when it wants
 * to be called again; anything that happens meanwhile calls `wake` of whoever turns it.
 */
export class Desk {
  readonly #jobs: Jobs;
  readonly #speaker: Speaker;
  readonly #trace: Trace;
  readonly #publish: (events: readonly JobEvent[]) => void;
  #job: Job | undefined;
  /** When the job at hand has to have made a sound, or have ended. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #timedOut: string | undefined;
  #stopping = false;

  constructor(
    jobs: Jobs,
    speaker: Speaker,
    trace: Trace,
    publish: (events: readonly JobEvent[]) => void,
  ) {
    this.#jobs = jobs;
    this.#speaker = speaker;
    this.#trace = trace;
    this.#publish = publish;
  }

  async turn(nowMs: number): Promise<number> {
    this.#publish(await this.#jobs.expire(nowMs));
    for (const event of this.#speaker.poll()) await this.#follow(event, nowMs);
    this.#watch(nowMs);
    this.#stopWhenAsked();
    await this.#startNext(nowMs);
    return nowMs + expiryMs;
  }

  async #startNext(nowMs: number): Promise<void> {
    if (this.#job) return;
    const next = await this.#jobs.next(nowMs);
    if (!next) return;
    this.#job = next.job;
    this.#stopping = false;
    this.#timedOut = undefined;
    this.#deadlineMs = nowMs + limits.preparingMsMax;
    this.#publish([next.event]);
    this.#speaker.start(next.job);
  }

  #stopWhenAsked(): void {
    if (!this.#job || this.#stopping || this.#jobs.mustStop() === undefined) return;
    this.#stopping = true;
    this.#speaker.stop();
  }

  /** A state that lasts too long ends in `failed/TIMEOUT_<STATE>`. */
  #watch(nowMs: number): void {
    if (!this.#job || this.#stopping || nowMs < this.#deadlineMs) return;
    this.#timedOut = this.#jobs.current?.state === "speaking" ? "SPEAKING" : "PREPARING";
    this.#trace.note({ area: "desk", kind: "job-timeout", state: this.#timedOut });
    this.#stopping = true;
    this.#speaker.stop();
  }

  async #follow(event: SpeakerEvent, nowMs: number): Promise<void> {
    if (event.jobId !== this.#job?.id) return;
    if (event.kind === "speaking") {
      this.#deadlineMs = nowMs + limits.utteranceMsMax;
      return this.#advance("speaking", {}, nowMs);
    }
    const id = this.#job.id;
    this.#job = undefined;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    await this.#end(id, event, nowMs);
  }
}
