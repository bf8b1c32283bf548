import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Tree, TreeFile } from "./tree.ts";

/** A folder of this host. */
export class LocalTree implements Tree {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(path: string): Promise<TreeFile | undefined> {
    if (!isPlain(path)) return undefined;
    try {
      const found = await stat(join(this.#folder, path));
      if (!found.isFile()) return undefined;
      const tag = [found.ino, found.size, Math.round(found.mtimeMs)];
      return { bytes: found.size, tag: tag.map((part) => part.toString(36)).join("-") };
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw error;
    }
  }

  async *read(path: string, from: number, to: number): AsyncIterable<Uint8Array> {
    if (!isPlain(path)) throw new RangeError(`Cannot read ${path}: it leads out`);
    if (from >= to) return;
    const place = join(this.#folder, path);
    yield* createReadStream(place, { start: from, end: to - 1 }) as AsyncIterable<Buffer>;
  }
}

function isPlain(path: string): boolean {
  return path.split("/").every((name) => /^[\w+][\w.+-]{0,199}$/.test(name));
}
