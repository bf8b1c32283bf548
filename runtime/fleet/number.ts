import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";

/** The number of the present connection: one higher with every CONNECT, over all restarts. */
export class SessionNumber {
  readonly #disk: Disk;
  readonly #trace: Trace;
  #current: number;
  #saved: Promise<void> = Promise.resolve();

  constructor(disk: Disk, trace: Trace, last: number) {
    this.#disk = disk;
    this.#trace = trace;
    this.#current = last;
  }

  /** An unreadable file starts again at 0 and is noted. */
  static async open(disk: Disk, trace: Trace): Promise<SessionNumber> {
    const bytes = await disk.read(fileName);
    const last = bytes ? Number(new TextDecoder().decode(bytes)) : 0;
    if (Number.isSafeInteger(last) && last >= 0) return new SessionNumber(disk, trace, last);
    trace.note({ area: "fleet", kind: "session-unreadable", file: fileName });
    return new SessionNumber(disk, trace, 0);
  }

  get current(): number {
    return this.#current;
  }

  /** Moves on to the number of the CONNECT that is about to be sent. */
  advance(): number {
    const next = ++this.#current;
    this.#saved = this.#disk
      .replace(fileName, new TextEncoder().encode(`${next}\n`))
      .catch((error) => this.#trace.note({ area: "fleet", kind: "session-not-saved", error }));
    return next;
  }

  /** Resolves when the present number is on disk, or has been noted not to be. */
  saved(): Promise<void> {
    return this.#saved;
  }
}

const fileName = "session";
