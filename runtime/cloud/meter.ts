import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { HoursEvent } from "./event.ts";
import { type Entry, readJournal, writeJournal } from "./journal.ts";

/** The hour packages of one account, in the studio's books. */
export interface Ledger {
  balance(): Promise<Balance>;
  /**
   * Takes seconds off. The same `seq` of a session told again takes nothing again. Rejects while
   * the books are out of reach, whether or not it was taken.
   */
  consume(use: { sessionId: string; seq: number; seconds: number }): Promise<Balance>;
}

interface Balance {
  readonly grantedSeconds: number;
  readonly leftSeconds: number;
}

/** What came of a turn: `spent` are sessions for which there is not another second. */
interface Reading {
  readonly events: readonly HoursEvent[];
  readonly spent: readonly string[];
  readonly nextMs: number;
}

export interface MeterParts {
  readonly disk: Disk;
  readonly ledger: Ledger;
  readonly trace: Trace;
}

/** So many seconds of a session are told at once; each is on disk before that. */
const tellSeconds = 10;
const warnings = [80, 95, 100] as const;

/**
 * Counts the seconds of sessions from their creation to their end, each second as it begins. A
 * second is on disk before anything is told of it, and a part is on disk with its number before it
 * is told: so after a crash, whenever it came, the same parts are told again, which takes nothing
 * twice, and what was not told yet follows. Nothing is lost but the second that began with the
 * crash itself.
 *
 * Time comes as an argument, in monotonic milliseconds; `turn` is to be called again at `nextMs`.
 */
export class Meter {
  readonly #parts: MeterParts;
  readonly #entries = new Map<string, Entry>();
  readonly #since = new Map<string, number>();
  #balance: Balance;
  #warned: number;
  #telling: Promise<void> | undefined;

  private constructor(parts: MeterParts, balance: Balance) {
    this.#parts = parts;
    this.#balance = balance;
    this.#warned = usedShare(balance);
  }

  /** Tells first what a crash left untold. Rejects while the books are out of reach. */
  static async open(parts: MeterParts): Promise<Meter> {
    const left = await readJournal(parts.disk);
    const meter = new Meter(parts, await parts.ledger.balance());
    for (const entry of left) meter.#entries.set(entry.sessionId, { ...entry, isOver: true });
    await meter.#tell();
    return meter;
  }

  /** Seconds that can still be used. */
  get leftSeconds(): number {
    const untold = [...this.#entries.values()].map(({ used, told }) => used - told);
    return this.#balance.leftSeconds - untold.reduce((sum, seconds) => sum + seconds, 0);
  }

  /** False: there is nothing left. Its first second is counted with the next turn. */
  begin(sessionId: string, nowMs: number): boolean {
    if (this.leftSeconds <= 0) return false;
    this.#entries.set(sessionId, { sessionId, used: 0, told: 0, seq: 1, isOver: false });
    this.#since.set(sessionId, nowMs);
    return true;
  }

  /** Its last second is the one that is running. */
  async end(sessionId: string, nowMs: number): Promise<void> {
    const entry = this.#entries.get(sessionId);
    if (!entry || entry.isOver) return;
    const lastMs = Math.max(this.#since.get(sessionId) ?? nowMs, nowMs - 1);
    this.#count(entry, lastMs);
    entry.isOver = true;
    this.#since.delete(sessionId);
    await this.#write();
    this.#startTelling();
  }

  async turn(nowMs: number): Promise<Reading> {
    const before = JSON.stringify([...this.#entries.values()]);
    const spent: string[] = [];
    for (const entry of this.#entries.values()) {
      if (!entry.isOver && !this.#count(entry, nowMs)) spent.push(entry.sessionId);
    }
    if (JSON.stringify([...this.#entries.values()]) !== before) await this.#write();
    this.#startTelling();
    const nexts = [...this.#since.values()].map((since) => nowMs + 1000 - ((nowMs - since) % 1000));
    return { events: this.#warn(), spent, nextMs: Math.min(...nexts, nowMs + 1000) };
  }

  /** Resolves when all that can be told now is told. */
  async settled(): Promise<void> {
    await this.#telling;
  }

  /** Counts the seconds that have begun; false when there was not enough left. */
  #count(entry: Entry, nowMs: number): boolean {
    const begun = Math.floor((nowMs - (this.#since.get(entry.sessionId) ?? nowMs)) / 1000) + 1;
    const more = Math.max(0, begun - entry.used);
    const given = Math.min(more, Math.max(0, this.leftSeconds));
    entry.used += given;
    return given === more;
  }

  #warn(): HoursEvent[] {
    const { grantedSeconds } = this.#balance;
    const leftSeconds = Math.max(0, this.leftSeconds);
    const share = usedShare({ grantedSeconds, leftSeconds });
    const due = warnings.filter((percent) => share >= percent && this.#warned < percent);
    this.#warned = Math.max(this.#warned, share);
    return due.map((percent) => ({ event: "hours", percent, leftSeconds }));
  }

  #startTelling(): void {
    this.#telling ??= this.#tell().finally(() => {
      this.#telling = undefined;
    });
  }

  async #tell(): Promise<void> {
    try {
      for (const entry of this.#entries.values()) {
        while (isDue(entry)) await this.#tellPart(entry);
        if (!entry.isOver || entry.told < entry.used) continue;
        this.#entries.delete(entry.sessionId);
        await this.#write();
      }
    } catch (error) {
      this.#parts.trace.note({ area: "cloud", kind: "hours-untold", reason: String(error) });
    }
  }

  async #tellPart(entry: Entry): Promise<void> {
    const { sessionId, seq } = entry;
    if (entry.part === undefined) {
      entry.part = entry.used - entry.told;
      await this.#write();
    }
    const seconds = entry.part;
    this.#balance = await this.#parts.ledger.consume({ sessionId, seq, seconds });
    entry.told += seconds;
    entry.seq++;
    entry.part = undefined;
  }

  #write(): Promise<void> {
    return writeJournal(this.#parts.disk, [...this.#entries.values()]);
  }
}

function isDue({ used, told, part, isOver }: Entry): boolean {
  return part !== undefined || used - told >= tellSeconds || (isOver && used > told);
}

/** In percent. Of nothing, all is used. */
function usedShare({ grantedSeconds, leftSeconds }: Balance): number {
  if (grantedSeconds <= 0) return 100;
  return ((grantedSeconds - leftSeconds) * 100) / grantedSeconds;
}
