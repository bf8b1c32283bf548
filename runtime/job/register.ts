import assert from "node:assert/strict";
import { limits } from "../../config/limits.ts";
import {
  isTerminal,
  type JobDetail,
  type JobError,
  type JobEvent,
  type JobState,
  type Reply,
} from "./job.ts";
import type { EndedRecord, LedgerRecord, QueuedRecord, ReplyRecord } from "./record.ts";

/** What is known of one job. */
export interface Entry {
  readonly id: string;
  readonly hash: string;
  readonly state: JobState;
  readonly wallMs: number;
  readonly errors: readonly JobError[] | undefined;
  readonly detail: JobDetail | undefined;
  readonly reply: Reply | undefined;
  /** How it came in; gone once the job is over. */
  readonly queued: QueuedRecord | undefined;
  /** Whether the broker has its terminal event. */
  readonly told: boolean;
  /** Monotonic, of the last change. */
  readonly sinceMs: number;
}

/** Every job that is under way, and those that ended lately; a fold over the ledger's records. */
export class Register {
  readonly #entries = new Map<string, Entry>();

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  entries(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  /**
   * Takes a record in; false when it speaks of a job whose own record is missing. `sinceMs` is when
   * it was made, on the monotonic clock of this start.
   */
  apply(record: LedgerRecord, sinceMs: number): boolean {
    switch (record.k) {
      case "queued":
        return this.#set(queuedEntry(record, sinceMs));
      case "ended":
        return this.#set(endedEntry(record, sinceMs));
      case "state": {
        const { state, wallMs, errors, detail } = record;
        return this.#change(record.id, { state, wallMs, errors, detail, sinceMs });
      }
      case "told":
        // Who asked has heard the end; a later request brings its own address.
        return this.#change(record.id, { told: true, reply: undefined });
    }
  }

  /** Records that lead to the same register; `order` are the ids of jobs under way, first first. */
  records(order: readonly string[]): LedgerRecord[] {
    const ended = this.entries().filter(({ state }) => isTerminal(state));
    return [...ended.map(endedRecord), ...order.flatMap((id) => this.#liveRecords(id))];
  }

  /** Forgets jobs that ended long ago, and the oldest when there are too many. */
  forget(nowMs: number): void {
    let excess = this.#entries.size - limits.jobsRememberedMax;
    for (const [id, { state, told, sinceMs }] of this.#entries) {
      if (!isTerminal(state)) continue;
      const old = told && nowMs - sinceMs > limits.jobsRememberedMsMax;
      // Entries stand in the order of their last change: behind a young one are only younger ones.
      if (!old && excess <= 0) return;
      this.#entries.delete(id);
      excess -= 1;
    }
  }

  #liveRecords(id: string): LedgerRecord[] {
    const entry = this.#entries.get(id);
    assert(entry?.queued, "a job under way is known in full");
    const { queued, state, wallMs, detail } = entry;
    const came: LedgerRecord = { ...queued, front: false };
    if (state !== "speaking") return [came];
    return [came, { k: "state", id, state, wallMs, ...(detail ? { detail } : {}) }];
  }

  #change(id: string, change: Partial<Entry>): boolean {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    const next = { ...entry, ...change };
    return this.#set(isTerminal(next.state) ? { ...next, queued: undefined } : next);
  }

  /** Behind all others: the map keeps the order of the last changes. */
  #set(entry: Entry): true {
    this.#entries.delete(entry.id);
    this.#entries.set(entry.id, entry);
    return true;
  }
}

/** The state a job is in, as an event. */
export function eventOf(entry: Entry): JobEvent {
  const { id, state, wallMs, errors, detail, reply } = entry;
  return {
    ...{ jobId: id, state, wallMs },
    ...(errors ? { errors } : {}),
    ...(detail ? { detail } : {}),
    ...(reply ? { reply } : {}),
  };
}

export function writeReply({ topic, correlation }: Reply): ReplyRecord {
  if (!correlation) return { topic };
  return { topic, correlation: Buffer.from(correlation).toString("base64") };
}

function readReply(record: ReplyRecord | undefined): Reply | undefined {
  if (record?.correlation === undefined) return record && { topic: record.topic };
  return { topic: record.topic, correlation: Buffer.from(record.correlation, "base64") };
}

function queuedEntry(record: QueuedRecord, sinceMs: number): Entry {
  const { id, hash, wallMs, detail } = record;
  const open = { errors: undefined, detail, told: false };
  const reply = readReply(record.reply);
  return { id, hash, state: "queued", wallMs, reply, queued: record, sinceMs, ...open };
}

function endedEntry(record: EndedRecord, sinceMs: number): Entry {
  const { id, hash, state, wallMs, errors, detail, told } = record;
  const reply = readReply(record.reply);
  return { id, hash, state, wallMs, errors, detail, told, reply, queued: undefined, sinceMs };
}

function endedRecord({ id, hash, state, wallMs, told, errors, detail, reply }: Entry): EndedRecord {
  assert(isTerminal(state), "only a job that is over has ended");
  return {
    ...{ k: "ended", id, hash, state, wallMs, told },
    ...(errors ? { errors } : {}),
    ...(detail ? { detail } : {}),
    ...(reply ? { reply: writeReply(reply) } : {}),
  };
}
