import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Monitor } from "./monitor.ts";
import type { Redactor } from "./redact.ts";
import type { TraceRing } from "./trace.ts";

/** What a black box is written from. */
export interface Recorded {
  readonly monitor: Monitor;
  readonly trace: TraceRing;
  readonly redactor: Redactor;
  readonly stamps: Stamps;
  readonly pid: number;
  readonly version: string;
}

const noteMs = 5_000;
const pictureMs = 60_000;
const picturesMax = 3;

/**
 * What a daemon leaves behind, in memory that outlives it: a note of itself and its findings, its
 * last events, its last three pictures a minute apart. The doctor and the bundle read them when it
 * is dead. Trouble with writing is noted once.
 */
export class BlackBox {
  readonly #disk: Disk;
  readonly #from: Recorded;
  readonly #startedAt: string;
  #notedMs = Number.NEGATIVE_INFINITY;
  #picturedMs = Number.NEGATIVE_INFINITY;
  #pictures = 0;
  #failed = false;

  constructor(disk: Disk, from: Recorded) {
    this.#disk = disk;
    this.#from = from;
    this.#startedAt = from.stamps.isoTime(from.stamps.wallMs());
  }

  /** Writes what is due. */
  async turn(nowMs: number): Promise<void> {
    try {
      if (nowMs - this.#notedMs >= noteMs) {
        this.#notedMs = nowMs;
        await this.#note(false);
      }
      if (nowMs - this.#picturedMs >= pictureMs && this.#from.monitor.vitals.facts) {
        this.#picturedMs = nowMs;
        await this.#keepPicture();
      }
    } catch (error) {
      if (!this.#failed) this.#from.trace.note({ area: "blackbox", kind: "not-written", error });
      this.#failed = true;
    }
  }

  /** The last word: it was told to end. */
  async end(): Promise<void> {
    if (!this.#failed) await this.#note(true);
  }

  async #note(ended: boolean): Promise<void> {
    const { monitor, trace, redactor, stamps, pid, version } = this.#from;
    const writtenAt = stamps.isoTime(stamps.wallMs());
    const { findings } = monitor.view;
    const { facts } = monitor.vitals;
    const note = { pid, version, startedAt: this.#startedAt, writtenAt, ended, findings, facts };
    await this.#disk.replace("daemon.json", encoded(redactor.value(note)));
    await this.#disk.replace("trace.json", encoded(redactor.value(trace.recent())));
  }

  async #keepPicture(): Promise<void> {
    const picture = await this.#from.monitor.door?.shoot();
    if (picture === undefined) return;
    await this.#disk.replace(`picture-${this.#pictures % picturesMax}.jpg`, picture);
    this.#pictures++;
  }
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`);
}
