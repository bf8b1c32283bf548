import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { OpenFile } from "./disk.ts";

/** A file's bytes by its path; undefined when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A file by its path, held open for reading in pieces; undefined when there is none. */
export async function openIfThere(path: string): Promise<OpenFile | undefined> {
  try {
    return new LocalFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Pieces come by pread: the system's page cache keeps them, not this process. */
class LocalFile implements OpenFile {
  readonly bytes: number;
  readonly #handle: number;

  constructor(path: string) {
    this.#handle = openSync(path, "r");
    this.bytes = fstatSync(this.#handle).size;
  }

  read(at: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const count = readSync(this.#handle, into, done, into.length - done, at + done);
      if (count === 0) throw endsBefore(at + into.length, at + done);
      done += count;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
  }
}

/** Why bytes cannot be read that lie behind the end. */
export function endsBefore(due: number, bytes: number): RangeError {
  return new RangeError(`Cannot read up to byte ${due}: the file ends at byte ${bytes}`);
}
