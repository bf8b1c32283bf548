import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Vault, VaultFile, VaultNote } from "./vault.ts";

/** What is left free for the rest of the house. */
const freeBytesMin = 64 * 1024 * 1024;
/** A piece reaches the medium at latest after so many bytes. */
const syncBytes = 16 * 1024 * 1024;

interface Head {
  readonly bytes: number;
  readonly note: VaultNote;
}

/** Files in one folder: `ID.bin` and, written first, `ID.json` with its size and note. */
export class LocalVault implements Vault {
  readonly #folder: string;
  readonly #adding = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(id: string, bytes: number, note: VaultNote): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    if (await this.find(id)) throw new RangeError(`Cannot begin file ${id}: there is one already`);
    const { bavail, bsize } = await statfs(this.#folder);
    const room = bavail * bsize - freeBytesMin;
    if (bytes > room) {
      throw new Error(`Cannot begin file ${id}: it has ${bytes} bytes, there is room for ${room}`);
    }
    await writeWhole(this.path(id), "");
    await this.#writeHead(id, { bytes, note });
  }

  async append(id: string, at: number, stream: AsyncIterable<Uint8Array>): Promise<number> {
    const file = await this.find(id);
    if (file === undefined) throw new RangeError(`Cannot add to file ${id}: there is none`);
    if (file.there !== at || this.#adding.has(id)) {
      const why = this.#adding.has(id) ? "another adds to it" : `it ends at ${file.there}`;
      throw new RangeError(`Cannot add to file ${id} from byte ${at}: ${why}`);
    }
    this.#adding.add(id);
    try {
      return await add(this.path(id), at, file.bytes, stream);
    } finally {
      this.#adding.delete(id);
    }
  }

  async close(id: string): Promise<void> {
    const file = await this.find(id);
    if (file === undefined) throw new RangeError(`Cannot close file ${id}: there is none`);
    await this.#writeHead(id, { bytes: file.there, note: file.note });
  }

  async find(id: string): Promise<VaultFile | undefined> {
    try {
      const head = JSON.parse(await readFile(this.#head(id), "utf8")) as Head;
      const { size, mtimeMs } = await stat(this.path(id));
      return { ...head, there: size, changedMs: mtimeMs };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async *read(id: string, from: number, to: number): AsyncIterable<Uint8Array> {
    if (from >= to) return;
    yield* createReadStream(this.path(id), { start: from, end: to - 1 }) as AsyncIterable<Buffer>;
  }

  path(id: string): string {
    assert.match(id, /^[\w-]{1,64}$/, "an id is a plain name");
    return join(this.#folder, `${id}.bin`);
  }

  async remove(id: string): Promise<void> {
    for (const path of [this.#head(id), this.path(id)]) await rm(path, { force: true });
  }

  async list(): Promise<readonly string[]> {
    await mkdir(this.#folder, { recursive: true });
    const names = await readdir(this.#folder);
    const heads = names.filter((name) => name.endsWith(".json"));
    return heads.map((name) => name.slice(0, -".json".length)).sort();
  }

  async #writeHead(id: string, head: Head): Promise<void> {
    await writeWhole(`${this.#head(id)}.new`, JSON.stringify(head));
    await rename(`${this.#head(id)}.new`, this.#head(id));
    await syncFolder(this.#folder);
  }

  #head(id: string): string {
    return this.path(id).replace(/bin$/, "json");
  }
}

async function add(
  path: string,
  at: number,
  bytesMax: number,
  stream: AsyncIterable<Uint8Array>,
): Promise<number> {
  await using file = await open(path, "r+");
  let end = at;
  let unsynced = 0;
  try {
    for await (const chunk of stream) {
      const piece = chunk.subarray(0, bytesMax - end);
      await file.write(piece, 0, piece.length, end);
      end += piece.length;
      unsynced += piece.length;
      if (unsynced >= syncBytes) {
        await file.datasync();
        unsynced = 0;
      }
      if (end === bytesMax) break;
    }
  } finally {
    await file.sync();
  }
  return end;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await using file = await open(path, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, "r");
  await folder.sync();
}
