import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync } from "node:fs";
import type { Machine } from "./machine.ts";

/**
 * What the machine's loudspeaker plays, with the moments at which it was heard here. QEMU writes
 * only while the card runs, so the file has no time line of its own: each stretch of new samples is
 * stamped when it is found.
 */
export class Ear implements AsyncDisposable {
  readonly #machine: Machine;
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;
  readonly #heard: { readonly atMs: number; readonly level: number }[] = [];
  #at = headerBytes;

  private constructor(machine: Machine, file: string) {
    this.#machine = machine;
    this.#file = file;
    this.#timer = setInterval(() => this.#listen(), lookMs);
  }

  static async open(machine: Machine, file: string): Promise<Ear> {
    rmSync(file, { force: true });
    await machine.monitor(`wavcapture ${file} sound 48000 16 1`);
    return new Ear(machine, file);
  }

  /** Whether anything sounded between two moments of `performance.now()`. */
  sounded(fromMs: number, untilMs: number): boolean {
    return this.#heard.some(
      ({ atMs, level }) => level > silenceMax && atMs >= fromMs && atMs <= untilMs,
    );
  }

  /** Loudest stretch so far, 0 to 1. */
  get peak(): number {
    return Math.max(0, ...this.#heard.map(({ level }) => level));
  }

  /** Seconds that the card has played so far, silence between words included. */
  get seconds(): number {
    return (this.#at - headerBytes) / 2 / 48_000;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#machine.monitor("stopcapture 0").catch(() => "the machine is off");
  }

  #listen(): void {
    if (!existsSync(this.#file)) return;
    const file = openSync(this.#file, "r");
    const bytes = Math.max(0, fstatSync(file).size - this.#at) & ~1;
    const samples = new Int16Array(bytes >> 1);
    if (bytes > 0) readSync(file, new Uint8Array(samples.buffer), 0, bytes, this.#at);
    closeSync(file);
    this.#at += bytes;
    if (bytes > 0) this.#heard.push({ atMs: performance.now(), level: loudest(samples) });
  }
}

const lookMs = 20;
const headerBytes = 44;
/** The card's own noise is nothing at all; a voice is above a hundredth nearly always. */
const silenceMax = 0.005;

function loudest(samples: Int16Array): number {
  let level = 0;
  for (const sample of samples) level = Math.max(level, Math.abs(sample));
  return level / 32768;
}
