import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { OpenFile } from "../disk/disk.ts";
import { isMissing } from "./synced.ts";

/** An object held open; pieces come by pread, so that the system's page cache keeps them. */
export class PreadFile implements OpenFile {
  readonly bytes: number;
  readonly #handle: number;

  private constructor(path: string) {
    this.#handle = openSync(path, "r");
    this.bytes = fstatSync(this.#handle).size;
  }

  /** Undefined when there is none. */
  static open(path: string): PreadFile | undefined {
    try {
      return new PreadFile(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  read(at: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.#handle, into, done, into.length - done, at + done);
      if (count === 0) {
        const due = at + into.length;
        throw new RangeError(`Cannot read up to byte ${due}: the file ends at byte ${at + done}`);
      }
      done += count;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
  }
}
