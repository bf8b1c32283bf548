import assert from "node:assert/strict";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import {
  type Asked,
  cancellation,
  clearance,
  refusal,
  repetition,
  storageFailed,
  unknownJob,
} from "./answer.ts";
import { arrivalRecord, take } from "./intake.ts";
import {
  isTerminal,
  type Job,
  type JobDetail,
  type JobError,
  type JobEvent,
  type JobState,
  type TerminalState,
} from "./job.ts";
import { Ledger } from "./ledger.ts";
import { mayFollow } from "./lifecycle.ts";
import { parseCancel, parseJob, type Request } from "./parse.ts";
import { proofOf } from "./proof.ts";
import { part, type Queue } from "./queue.ts";
import type { LedgerRecord, StateRecord } from "./record.ts";
import { recover } from "./recovery.ts";
import { eventOf, Register } from "./register.ts";
import { type Stop, whyOf } from "./stop.ts";

/** The job at hand. */
export interface Current {
  readonly job: Job;
  readonly state: "preparing" | "speaking";
}

type Gate = (job: Job) => boolean;

/** What is known about a step besides its state. */
export interface Report {
  readonly detail?: JobDetail;
  readonly errors?: readonly JobError[];
}

/**
 * The jobs of one kiosk, as the desk sees them: taken in, queued, handed out one at a time, and
 * each brought to exactly one end. What is queued is on disk; what has ended is remembered for a
 * day, so that a message that comes twice is spoken once.
 *
 * Holds no clock: `nowMs` is monotonic and never goes back. Calls may overlap; they take effect one
 * after another, in the order they were made. Returned events are to be published in their order.
 */
export class Jobs {
  readonly #ledger: Ledger;
  readonly #trace: Trace;
  readonly #stamps: Stamps;
  readonly #register: Register;
  #queue: Queue;
  #current: Current | undefined;
  #stop: Stop | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    ledger: Ledger,
    trace: Trace,
    stamps: Stamps,
    known: { register: Register; queue: Queue },
  ) {
    this.#ledger = ledger;
    this.#trace = trace;
    this.#stamps = stamps;
    this.#register = known.register;
    this.#queue = known.queue;
  }

  /**
   * Reads what the last run left; the events are what has become of it. Rejects when the disk
   * cannot be read.
   */
  static async open(disk: Disk, trace: Trace, stamps: Stamps, nowMs: number) {
    const { ledger, records } = await Ledger.open(disk, trace);
    const register = new Register();
    const moment = { nowMs, wallMs: stamps.wallMs() };
    const { queue, records: changes, events } = recover(records, register, moment, trace);
    register.forget(nowMs);
    const jobs = new Jobs(ledger, trace, stamps, { register, queue });
    await jobs.#write(changes);
    return { jobs, events };
  }

  /** The job that comes next. */
  upcoming(nowMs: number): Job | undefined {
    return this.#queue.find(({ deadlineMs }) => deadlineMs > nowMs);
  }

  /** How many jobs wait. */
  get depth(): number {
    return this.#queue.length;
  }

  get current(): Current | undefined {
    return this.#current;
  }

  /** A job that is not over. */
  find(jobId: string): Job | undefined {
    if (this.#current?.job.id === jobId) return this.#current.job;
    return this.#queue.find(({ id }) => id === jobId);
  }

  /** The state of a job that is not forgotten. */
  stateOf(jobId: string): JobState | undefined {
    return this.#register.get(jobId)?.state;
  }

  /** Takes a `speech/submit` in. When this resolves, the job is on disk or has been refused. */
  submit(payload: Uint8Array, request: Request, nowMs: number): Promise<readonly JobEvent[]> {
    return this.#inTurn(() => this.#submit(payload, request, nowMs));
  }

  /** Takes a `speech/cancel` in. The last event is its answer, also when there is nothing to do. */
  cancel(payload: Uint8Array, request: Request, nowMs: number): Promise<readonly JobEvent[]> {
    return this.#inTurn(() => this.#cancel(payload, request, nowMs));
  }

  /** Takes the next job into `preparing`; undefined when one is at hand or none may begin. */
  next(nowMs: number, may?: Gate): Promise<{ job: Job; event: JobEvent } | undefined> {
    return this.#inTurn(async () => {
      const job = this.upcoming(nowMs);
      if (this.#current || !job || may?.(job) === false) return undefined;
      this.#queue = this.#queue.filter((one) => one !== job);
      this.#current = { job, state: "preparing" };
      // Not written: a job that has made no sound waits again after a power cut.
      const event = this.#apply(this.#stateRecord(job.id, "preparing", {}), nowMs);
      return { job, event };
    });
  }

  /** Whether the job at hand has to be silenced; stays until `advance` brings it to an end. */
  mustStop(): Stop | undefined {
    return this.#stop;
  }

  /**
   * Takes the job at hand a step on: to `speaking` (awaited before its first sound, and again with
   * a new `spokenMs` if wanted) or to its end. Any other job or step is a broken program.
   */
  advance(
    jobId: string,
    state: "speaking" | TerminalState,
    report: Report,
    nowMs: number,
  ): Promise<JobEvent> {
    return this.#inTurn(async () => {
      const current = this.#current;
      assert(current?.job.id === jobId, `job ${jobId} is not at hand`);
      assert(mayFollow(current.state, state), `no step from ${current.state} to ${state}`);
      const why = { ...whyOf(this.#stop, state), ...proofOf(current.job, state) };
      const detail = { ...report.detail, ...why };
      const record = this.#stateRecord(jobId, state, { ...report, detail });
      await this.#write([record]);
      this.#current = isTerminal(state) ? undefined : { job: current.job, state: "speaking" };
      // Begun after all: what speaks no longer expires.
      if (isTerminal(state) || this.#stop?.reason === "expired") this.#stop = undefined;
      return this.#apply(record, nowMs);
    });
  }

  /** Ends jobs whose life time ran out before their turn came. To be called now and then. */
  async expire(nowMs: number): Promise<readonly JobEvent[]> {
    this.#register.forget(nowMs);
    const over = ({ deadlineMs }: Job) => deadlineMs <= nowMs;
    const current = this.#current;
    if (current?.state === "preparing" && over(current.job)) {
      this.#stop ??= { jobId: current.job.id, state: "expired", reason: "expired" };
    }
    if (!this.#queue.some(over)) return [];
    return this.#inTurn(async () => {
      const { queue, left } = part(this.#queue, over);
      const records = left.map(({ id }) => this.#stateRecord(id, "expired", {}));
      await this.#write(records);
      this.#queue = queue;
      return records.map((record) => this.#apply(record, nowMs));
    });
  }

  /** The broker has this event. Until then a terminal one is told again by every start. */
  async told(event: JobEvent): Promise<void> {
    const { jobId, state, request } = event;
    if (jobId === null || request || !isTerminal(state)) return;
    await this.#inTurn(async () => {
      const entry = this.#register.get(jobId);
      if (!entry || entry.told) return;
      await this.#write([{ k: "told", id: jobId }]);
      this.#register.apply({ k: "told", id: jobId }, entry.sinceMs);
    });
  }

  async #submit(payload: Uint8Array, request: Request, nowMs: number): Promise<JobEvent[]> {
    const submission = parseJob(payload, request, this.#stamps.newId(), nowMs);
    const asked = this.#asked("submit", request);
    if (submission.kind === "rejected") {
      return [refusal(asked, submission.jobId, submission.errors)];
    }
    const { job, hash } = submission;
    const known = this.#register.get(job.id);
    if (known) return [repetition(asked, known, hash)];
    const taken = take(submission, this.#queue, this.#current?.job);
    if ("code" in taken) return [refusal(asked, job.id, [taken])];
    const drops = this.#drop(taken.dropped, job);
    // Drops first: cut between the two, the job comes again and finds the queue it wanted.
    const arrival = { wallMs: asked.wallMs, reply: request.reply, stopped: this.#current?.job.id };
    const records = [...drops, arrivalRecord(submission, arrival)];
    try {
      await this.#ledger.write(records, () => this.#snapshot());
    } catch (error) {
      this.#trace.note({ area: "job", kind: "ledger-failed", error });
      return [refusal(asked, job.id, [storageFailed(error)])];
    }
    this.#queue = taken.queue;
    if (taken.stops) this.#stopFor(job);
    return records.map((record) => this.#apply(record, nowMs));
  }

  async #cancel(payload: Uint8Array, request: Request, nowMs: number): Promise<JobEvent[]> {
    const wanted = parseCancel(payload);
    const asked = this.#asked("cancel", request);
    if ("errors" in wanted) return [refusal(asked, wanted.jobId, wanted.errors)];
    const before = "jobId" in wanted ? this.#register.get(wanted.jobId) : undefined;
    if ("jobId" in wanted && !before) return [unknownJob(asked, wanted.jobId)];
    const named = ({ id }: Job) => !("jobId" in wanted) || id === wanted.jobId;
    const { queue, left } = part(this.#queue, named);
    const records = this.#drop(left);
    await this.#write(records);
    this.#queue = queue;
    const current = this.#current;
    const stopping = current && named(current.job) ? current.job.id : null;
    if (stopping) this.#stop ??= { jobId: stopping, state: "cancelled", reason: "cancel" };
    const events = records.map((record) => this.#apply(record, nowMs));
    const after = before && this.#register.get(before.id);
    if (!after) return [...events, clearance(asked, { queued: left.length, stopping })];
    return [...events, cancellation(asked, after, isTerminal(before.state))];
  }

  #drop(jobs: readonly Job[], by?: Job): StateRecord[] {
    const detail = by ? { reason: by.mode, by: by.id } : { reason: "cancel" };
    return jobs.map(({ id }) => this.#stateRecord(id, "cancelled", { detail }));
  }

  #stopFor({ id, mode }: Job): void {
    assert(this.#current, "only a job at hand is stopped");
    const reason = mode === "replace" ? "replace" : "interrupt";
    this.#stop ??= { jobId: this.#current.job.id, state: "interrupted", reason, by: id };
  }

  #asked(request: Asked["request"], { reply }: Request): Asked {
    return { request, reply, wallMs: this.#stamps.wallMs() };
  }

  #stateRecord(id: string, state: JobState, { errors, detail = {} }: Report): StateRecord {
    return {
      ...{ k: "state", id, state, wallMs: this.#stamps.wallMs() },
      ...(errors ? { errors } : {}),
      ...(Object.keys(detail).length > 0 ? { detail } : {}),
    };
  }

  #apply(record: LedgerRecord, nowMs: number): JobEvent {
    this.#register.apply(record, nowMs);
    const entry = this.#register.get(record.id);
    assert(entry, "a record that was just made speaks of a known job");
    return eventOf(entry);
  }

  /** What has begun goes on, disk or not; what is missing there is written with the next. */
  async #write(records: readonly LedgerRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.#ledger.write(records, () => this.#snapshot());
    } catch (error) {
      this.#trace.note({ area: "job", kind: "ledger-failed", error });
    }
  }

  #snapshot(): LedgerRecord[] {
    const live = [...(this.#current ? [this.#current.job] : []), ...this.#queue];
    return this.#register.records(live.map(({ id }) => id));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
