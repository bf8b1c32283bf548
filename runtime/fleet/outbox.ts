import { limits } from "../../config/limits.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { decodeLine, encodeLine } from "../line.ts";

/** Something that happened and has to reach the fleet, if a week later. */
export interface OutboxEvent {
  readonly severity: "info" | "warning" | "critical";
  readonly code: string;
  readonly wallMs: number;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** `seq` rises by one with every event, over all restarts: a gap is an event that was lost. */
export type Numbered<E> = E & { readonly seq: number };

type OutboxLine<E> = { readonly event: Numbered<E> } | { readonly sent: number };

/**
 * Events on disk until the broker has them. When too many wait, the oldest give way; the gap in
 * `seq` shows that.
 */
export class Outbox<E extends object = OutboxEvent> {
  readonly #disk: Disk;
  readonly #trace: Trace;
  readonly #file: string;
  #waiting: Numbered<E>[];
  #seq: number;
  #lines: number;
  /** The end of the file is unknown: the next write replaces the whole. */
  #torn: boolean;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    { disk, trace, file }: { disk: Disk; trace: Trace; file: string },
    lines: readonly OutboxLine<E>[],
    torn: boolean,
  ) {
    this.#disk = disk;
    this.#trace = trace;
    this.#file = file;
    const events = lines.flatMap((line) => ("event" in line ? [line.event] : []));
    const sent = new Set(lines.flatMap((line) => ("sent" in line ? [line.sent] : [])));
    this.#waiting = events.filter(({ seq }) => !sent.has(seq));
    this.#seq = Math.max(0, ...events.map(({ seq }) => seq), ...sent);
    this.#lines = lines.length;
    this.#torn = torn;
  }

  /** Damaged lines are left out and noted. */
  static async open<E extends object = OutboxEvent>(
    disk: Disk,
    trace: Trace,
    file = "outbox.log",
  ): Promise<Outbox<E>> {
    const bytes = (await disk.read(file)) ?? new Uint8Array();
    const texts = new TextDecoder().decode(bytes).split("\n");
    const tail = texts.pop() ?? "";
    const read = texts.map(decodeLine);
    const lines = read.filter((line) => line !== undefined) as OutboxLine<E>[];
    const damaged = read.length - lines.length;
    if (damaged > 0) trace.note({ area: "fleet", kind: "outbox-damaged", file, lines: damaged });
    return new Outbox<E>({ disk, trace, file }, lines, tail !== "" || damaged > 0);
  }

  /** Events that the broker does not have, oldest first. */
  get waiting(): readonly Numbered<E>[] {
    return this.#waiting;
  }

  /** Resolves with the event once it outlives a power cut, or has been noted not to. */
  add(event: E): Promise<Numbered<E>> {
    const numbered = { ...event, seq: ++this.#seq };
    return this.#inTurn(async () => {
      this.#waiting.push(numbered);
      const excess = this.#waiting.length - limits.outboxEventsMax;
      if (excess > 0) {
        const lost = this.#waiting.splice(0, excess);
        this.#trace.note({ area: "fleet", kind: "outbox-full", lost: lost.length });
      }
      await this.#write({ event: numbered });
      return numbered;
    });
  }

  /** The broker has it. */
  sent(seq: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#waiting = this.#waiting.filter((event) => event.seq !== seq);
      await this.#write({ sent: seq });
    });
  }

  async #write(line: OutboxLine<E>): Promise<void> {
    try {
      if (this.#torn || this.#lines >= 4 * limits.outboxEventsMax) await this.#rewrite();
      else {
        await this.#disk.append(this.#file, encode([line]));
        this.#lines += 1;
      }
    } catch (error) {
      this.#torn = true;
      this.#trace.note({ area: "fleet", kind: "outbox-not-saved", error });
    }
  }

  async #rewrite(): Promise<void> {
    // The last number is kept even when nothing waits: numbers never come twice.
    const lines: OutboxLine<E>[] = this.#waiting.map((event) => ({ event }));
    if (this.#waiting.at(-1)?.seq !== this.#seq) lines.push({ sent: this.#seq });
    await this.#disk.replace(this.#file, encode(lines));
    this.#lines = lines.length;
    this.#torn = false;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

function encode(lines: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(lines.map(encodeLine).join(""));
}
