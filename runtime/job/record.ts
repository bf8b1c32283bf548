import { crc32 } from "node:zlib";
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

/** One record as a line: eight hex digits of CRC-32, a blank, JSON. */
export function encodeRecord(record: LedgerRecord): string {
  const json = JSON.stringify(record);
  return `${checksum(json)} ${json}\n`;
}

/** The record of a line without its end, or undefined when the line is damaged. */
export function decodeRecord(line: string): LedgerRecord | undefined {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksum(json)} `) return undefined;
  // The checksum vouches for it: what this file wrote, or an earlier version of it.
  return JSON.parse(json) as LedgerRecord;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
