import { limits } from "../../config/limits.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { decodeRecord, encodeRecord, type LedgerRecord } from "./record.ts";

/**
 * What happened to every job, as an append log on disk. A line that is torn or damaged is left out
 * and noted; by the order of writing that can only be the last one, or one the medium has spoiled.
 */
export class Ledger {
  readonly #disk: Disk;
  readonly #trace: Trace;
  #bytes: number;
  #bytesMax: number = limits.ledgerBytesMax;
  /** The end of the file is unknown: the next write replaces the whole. */
  #torn: boolean;

  constructor(disk: Disk, trace: Trace, bytes: number, torn: boolean) {
    this.#disk = disk;
    this.#trace = trace;
    this.#bytes = bytes;
    this.#torn = torn;
  }

  static async open(disk: Disk, trace: Trace) {
    const bytes = (await disk.read(fileName)) ?? new Uint8Array();
    const lines = new TextDecoder().decode(bytes).split("\n");
    const tail = lines.pop() ?? "";
    const decoded = lines.map(decodeRecord);
    const records = decoded.filter((record) => record !== undefined);
    const damaged = decoded.length - records.length;
    if (damaged > 0) trace.note({ area: "job", kind: "ledger-damaged", lines: damaged });
    if (tail !== "") trace.note({ area: "job", kind: "ledger-torn", chars: tail.length });
    const torn = tail !== "" || damaged > 0;
    return { ledger: new Ledger(disk, trace, bytes.length, torn), records };
  }

  /**
   * Resolves once the records are on the medium, all or (after a power cut) the first of them.
   * `snapshot` gives the records that say the same as everything written so far, for when the file
   * has grown too long or its end is torn.
   */
  async write(
    records: readonly LedgerRecord[],
    snapshot: () => readonly LedgerRecord[],
  ): Promise<void> {
    const lines = encode(records);
    if (this.#torn || this.#bytes + lines.length > this.#bytesMax) {
      await this.#rewrite([...snapshot(), ...records]);
      return;
    }
    try {
      await this.#disk.append(fileName, lines);
      this.#bytes += lines.length;
    } catch (error) {
      this.#torn = true;
      throw error;
    }
  }

  async #rewrite(records: readonly LedgerRecord[]): Promise<void> {
    const lines = encode(records);
    await this.#disk.replace(fileName, lines);
    this.#trace.note({
      area: "job",
      kind: "ledger-rewritten",
      from: this.#bytes,
      to: lines.length,
    });
    this.#bytes = lines.length;
    this.#torn = false;
    // A queue of large jobs may not shrink: rewriting at every line would help nobody.
    this.#bytesMax = Math.max(limits.ledgerBytesMax, 2 * lines.length);
  }
}

const fileName = "jobs.log";

function encode(records: readonly LedgerRecord[]): Uint8Array {
  return new TextEncoder().encode(records.map(encodeRecord).join(""));
}
