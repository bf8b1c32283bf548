import assert from "node:assert/strict";
import type { Disk, OpenFile } from "./disk.ts";
import { checkName } from "./name.ts";
import { endsBefore } from "./reading.ts";

interface Write {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly kind: "append" | "replace";
  readonly answer: PromiseWithResolvers<void>;
}

/**
 * Files in memory, with a power switch. After a cut this disk refuses everything, and `restarted()`
 * is the same medium as the next start finds it.
 */
export class MemoryDisk implements Disk {
  readonly #files: Map<string, Uint8Array>;
  #pending: Write[] = [];
  #powerBytes = Number.POSITIVE_INFINITY;
  #dead = false;

  constructor(files: Iterable<readonly [string, Uint8Array]> = []) {
    this.#files = new Map(files);
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    checkName(name);
    while (this.#pending.length > 0) await this.#pending.at(-1)?.answer.promise;
    if (this.#dead) throw powerIsCut("read", name);
    return this.#files.get(name)?.slice();
  }

  async openFile(name: string): Promise<OpenFile | undefined> {
    const bytes = await this.read(name);
    return bytes && openBytes(bytes);
  }

  append(name: string, bytes: Uint8Array): Promise<void> {
    return this.#begin("append", name, bytes);
  }

  replace(name: string, bytes: Uint8Array): Promise<void> {
    return this.#begin("replace", name, bytes);
  }

  /**
   * Cuts the power now. Of the first write that has not resolved, an append leaves its first
   * `keptBytes` bytes and a replace leaves the old file; later writes leave nothing.
   */
  cut(keptBytes = 0): void {
    this.#dead = true;
    const [first, ...later] = this.#pending.splice(0);
    if (first?.kind === "append") this.#add(first.name, first.bytes.subarray(0, keptBytes));
    for (const { kind, name, answer } of first ? [first, ...later] : []) {
      answer.reject(powerIsCut(kind, name));
    }
  }

  /** Cuts the power once `bytes` more bytes are written: inside a write, or just before its end. */
  cutAfter(bytes: number): void {
    assert(bytes >= 0, "power lasts for a number of bytes");
    this.#powerBytes = bytes;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Bytes in all files. */
  get size(): number {
    return [...this.#files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  }

  /** The medium as it is found after the cut. */
  restarted(): MemoryDisk {
    return new MemoryDisk([...this.#files].map(([name, bytes]) => [name, bytes.slice()]));
  }

  async #begin(kind: Write["kind"], name: string, bytes: Uint8Array): Promise<void> {
    checkName(name);
    if (this.#dead) throw powerIsCut(kind, name);
    const write = { kind, name, bytes: bytes.slice(), answer: Promise.withResolvers<void>() };
    this.#pending.push(write);
    queueMicrotask(() => this.#settle(write));
    return write.answer.promise;
  }

  #settle(write: Write): void {
    if (this.#dead) return;
    const { kind, name, bytes, answer } = write;
    this.#powerBytes -= bytes.length;
    if (this.#powerBytes < 0) {
      this.cut(bytes.length + this.#powerBytes);
      return;
    }
    if (kind === "append") this.#add(name, bytes);
    else this.#files.set(name, bytes);
    this.#pending.shift();
    if (this.#powerBytes > 0) {
      answer.resolve();
      return;
    }
    // The last byte is written and the power goes: on the medium, yet nobody was told.
    this.cut();
    answer.reject(powerIsCut(kind, name));
  }

  #add(name: string, bytes: Uint8Array): void {
    const old = this.#files.get(name) ?? new Uint8Array();
    const whole = new Uint8Array(old.length + bytes.length);
    whole.set(old);
    whole.set(bytes, old.length);
    this.#files.set(name, whole);
  }
}

/** Bytes in memory as a file that is held open. */
export function openBytes(bytes: Uint8Array): OpenFile {
  return {
    bytes: bytes.length,
    read(at, into) {
      if (at + into.length > bytes.length) throw endsBefore(at + into.length, bytes.length);
      into.set(bytes.subarray(at, at + into.length));
    },
    [Symbol.dispose]() {},
  };
}

function powerIsCut(action: string, name: string): Error {
  return new Error(`Cannot ${action} ${name}: power is cut`);
}
