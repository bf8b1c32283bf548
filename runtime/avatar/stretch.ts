import { limits } from "../../config/limits.ts";
import type { OpenFile } from "../../drivers/disk/disk.ts";
import { demand } from "./error.ts";

/** Where a blob lies: offset and length in bytes. */
export type Span = readonly [offset: number, length: number];

/** Part of a package's file, read when it is asked for: nothing of it is kept in memory. */
export class Stretch {
  readonly #reader: Reader;
  readonly #at: number;
  readonly bytes: number;

  private constructor(reader: Reader, at: number, bytes: number) {
    this.#reader = reader;
    this.#at = at;
    this.bytes = bytes;
  }

  /** A whole file. Who opened the file closes it, when no stretch of it is needed any more. */
  static of(file: OpenFile): Stretch {
    return new Stretch(new Reader(file), 0, file.bytes);
  }

  /** The part at `span`; throws AvatarError, which names `what`, when it leaves this one. */
  cut(what: string, [offset, length]: Span): Stretch {
    const end = offset + length;
    demand(end <= this.bytes, () => `${what} ends at byte ${end}, blobs end at ${this.bytes}`);
    return new Stretch(this.#reader, this.#at + offset, length);
  }

  /** Its bytes, or the first `most` of them; they stay until the next read of the same file. */
  read(most = this.bytes): Uint8Array {
    return this.#reader.read(this.#at, Math.min(most, this.bytes));
  }

  /** Notes that `what` takes so many bytes of memory; throws AvatarError past a file's share. */
  charge(what: string, bytes: number): void {
    this.#reader.charge(what, bytes);
  }
}

/** Reads one file into one buffer, which is as large as the largest piece so far. */
class Reader {
  readonly #file: OpenFile;
  #buffer = new Uint8Array(64 * 1024);
  #charged = 0;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  read(at: number, length: number): Uint8Array {
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length);
    const bytes = this.#buffer.subarray(0, length);
    this.#file.read(at, bytes);
    return bytes;
  }

  charge(what: string, bytes: number): void {
    this.#charged += bytes;
    const most = limits.avatarPartBytesMax;
    demand(this.#charged <= most, () => `${what} takes ${bytes} bytes unpacked, limit is ${most}`);
  }
}
