import { limits } from "../../config/limits.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Job, JobError, JobEvent } from "../job/job.ts";
import type { Jobs, Report } from "../job/jobs.ts";
import type { Speaker, SpeakerEvent } from "./speaker.ts";

/** How often the desk looks for jobs whose time has run out while nothing else wakes it. */
const expiryMs = 500;

type End = Exclude<SpeakerEvent, { kind: "primed" | "speaking" | "mark" }>;

/**
 * The desk: takes jobs from the queue to the speaker, one at a time, and gives every change of a
 * job to `publish`. It owns no time and no thread: `turn` does what is due and returns when it
 * wants to be called again; who turns it is woken by whatever happens meanwhile.
 */
export class Desk {
  readonly #jobs: Jobs;
  readonly #speaker: Speaker;
  readonly #trace: Trace;
  readonly #publish: (events: readonly JobEvent[]) => void;
  #job: Job | undefined;
  /** When the job at hand has to have made a sound, or have ended. */
  #deadlineMs = Number.POSITIVE_INFINITY;
  #timeout: JobError | undefined;
  #stopping = false;
  /** The job at hand is on disk as speaking; told once it is heard. */
  #begun: JobEvent | undefined;
  /** While set, jobs wait: the kiosk is about to start again. */
  hold = false;
  /** Whether the stage is set for a job; until then it waits, and those behind it. */
  mayBegin: (job: Job) => boolean = () => true;

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
    this.#stopWhenAsked();
    for (const event of this.#speaker.poll()) await this.#follow(event, nowMs);
    this.#watch(nowMs);
    await this.#startNext(nowMs);
    this.#publish(await this.#jobs.expire(nowMs));
    return nowMs + expiryMs;
  }

  async #startNext(nowMs: number): Promise<void> {
    if (this.hold || this.#job || !this.#speaker.free) return;
    const next = await this.#jobs.next(nowMs, this.mayBegin);
    if (!next) return;
    this.#job = next.job;
    this.#stopping = false;
    this.#timeout = undefined;
    this.#deadlineMs = nowMs + limits.preparingMsMax;
    this.#speaker.start(next.job);
    this.#publish([next.event]);
  }

  #stopWhenAsked(): void {
    if (!this.#job || this.#stopping || this.#jobs.mustStop() === undefined) return;
    this.#stopping = true;
    this.#speaker.stop();
  }

  /** A state that lasts too long ends in `failed/TIMEOUT_<STATE>`. */
  #watch(nowMs: number): void {
    if (!this.#job || this.#stopping || nowMs < this.#deadlineMs) return;
    this.#timeout = timeout(this.#jobs.current?.state ?? "preparing");
    this.#trace.note({ area: "desk", kind: "job-timeout", code: this.#timeout.code });
    this.#stopping = true;
    this.#speaker.stop();
  }

  async #follow(event: SpeakerEvent, nowMs: number): Promise<void> {
    const job = this.#job;
    if (event.jobId !== job?.id) return;
    if (event.kind === "primed") {
      this.#deadlineMs = nowMs + limits.utteranceMsMax;
      // On disk before the first sound: after a power cut it is not spoken a second time.
      this.#begun = await this.#jobs.advance(job.id, "speaking", {}, nowMs);
      this.#speaker.go();
      return;
    }
    this.#tellBegun();
    if (event.kind === "speaking") return;
    if (event.kind === "mark") {
      const detail = { mark: event.name, spokenMs: event.spokenMs };
      this.#publish([await this.#jobs.advance(job.id, "speaking", { detail }, nowMs)]);
      return;
    }
    this.#job = undefined;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    const { state, report } = this.#ending(event, job);
    this.#publish([await this.#jobs.advance(job.id, state, report, nowMs)]);
  }

  #tellBegun(): void {
    if (this.#begun) this.#publish([this.#begun]);
    this.#begun = undefined;
  }

  #ending(
    event: End,
    { unsupported = [] }: Job,
  ): {
    state: "completed" | "failed" | "interrupted" | "cancelled" | "expired";
    report: Report;
  } {
    if (event.kind === "failed") {
      const { code, message } = event;
      return { state: "failed", report: { errors: [{ code, message, retryable: false }] } };
    }
    const detail = { ...event.proof };
    if (event.kind === "completed") {
      const left = [...unsupported, ...event.unsupported].join(", ");
      const known = { ...detail, ...event.detail, ...(left === "" ? {} : { unsupported: left }) };
      return { state: "completed", report: { detail: known } };
    }
    if (this.#timeout) return { state: "failed", report: { detail, errors: [this.#timeout] } };
    return { state: this.#jobs.mustStop()?.state ?? "interrupted", report: { detail } };
  }
}

function timeout(state: "preparing" | "speaking"): JobError {
  const limitMs = state === "preparing" ? limits.preparingMsMax : limits.utteranceMsMax;
  return {
    code: `TIMEOUT_${state.toUpperCase()}`,
    message: `Cannot finish the job: it is ${state} for ${limitMs} ms, it should be over`,
    retryable: true,
  };
}
