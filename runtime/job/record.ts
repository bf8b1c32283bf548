import { decodeLine, encodeLine } from "../line.ts";
import type { JobDetail, JobError, JobState, TerminalState } from "./job.ts";

/** One line of the ledger. */
export type LedgerRecord = QueuedRecord | StateRecord | EndedRecord | ToldRecord;

/** A job was taken in. `front`: before those of its own priority. */
export interface QueuedRecord {
  readonly k: "queued";
  readonly id: string;
  readonly hash: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly wallMs: number;
  readonly lifeMs: number;
  readonly front: boolean;
  /** How often it was put back after a power cut. */
  readonly restarts: number;
  /** What its sender was told of it when it was taken in. */
  readonly detail?: JobDetail;
  readonly reply?: ReplyRecord;
}

/** A job in the ledger changed its state. */
export interface StateRecord {
  readonly k: "state";
  readonly id: string;
  readonly state: JobState;
  readonly wallMs: number;
  readonly errors?: readonly JobError[];
  readonly detail?: JobDetail;
}

/** A job that is over, without its text: all that later requests need to know. */
export interface EndedRecord extends Omit<StateRecord, "k" | "state"> {
  readonly k: "ended";
  readonly state: TerminalState;
  readonly hash: string;
  readonly told: boolean;
  readonly reply?: ReplyRecord;
}

/** The terminal event of a job reached the broker. */
interface ToldRecord {
  readonly k: "told";
  readonly id: string;
}

export interface ReplyRecord {
  readonly topic: string;
  /** Base 64. */
  readonly correlation?: string;
}

export function encodeRecord(record: LedgerRecord): string {
  return encodeLine(record);
}

/** The record of a line without its end, or undefined when the line is damaged. */
export function decodeRecord(line: string): LedgerRecord | undefined {
  return decodeLine(line) as LedgerRecord | undefined;
}
