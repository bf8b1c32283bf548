import { mkdir, readdir, readFile, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { OpenFile } from "../disk/disk.ts";
import { type Depot, DepotError, type Staging, type Stored } from "./depot.ts";
import { lockFolder } from "./lock.ts";
import { checkHash, checkStagingName } from "./names.ts";
import { PreadFile } from "./pread.ts";
import { LocalStaging } from "./staging.ts";
import { isMissing, replaceSynced, syncFolder } from "./synced.ts";

/**
 * A folder of a real file system: `objects/<sha256>`, `staging/<name>` with `<name>.mark`, `index`,
 * `lock`. Every change is synced, and so are the folders that it touches.
 */
export class LocalDepot implements Depot {
  readonly #folder: string;
  readonly #lock: AsyncDisposable | undefined;
  readonly #held = new Set<string>();

  private constructor(folder: string, lock?: AsyncDisposable) {
    this.#folder = folder;
    this.#lock = lock;
  }

  /** Makes what is missing and locks it: a DepotError when another process has it. */
  static async open(folder: string): Promise<LocalDepot> {
    await mkdir(join(folder, "objects"), { recursive: true });
    await mkdir(join(folder, "staging"), { recursive: true });
    return new LocalDepot(folder, await lockFolder(folder));
  }

  /** To look at, while another process may write: changes are a DepotError. */
  static peek(folder: string): LocalDepot {
    return new LocalDepot(folder);
  }

  async objects(): Promise<readonly Stored[]> {
    const names = await readdir(join(this.#folder, "objects")).catch(noneThere);
    const found = names.filter((name) => /^[0-9a-f]{64}$/.test(name));
    const stored = found.map(async (sha256): Promise<Stored[]> => {
      const bytes = await this.sizeOf(sha256);
      return bytes === undefined ? [] : [{ sha256, bytes }];
    });
    return (await Promise.all(stored)).flat();
  }

  async sizeOf(sha256: string): Promise<number | undefined> {
    const found = await stat(this.pathOf(sha256)).catch(undefinedIfMissing);
    return found?.isFile() ? found.size : undefined;
  }

  async openObject(sha256: string): Promise<OpenFile | undefined> {
    return PreadFile.open(this.pathOf(sha256));
  }

  pathOf(sha256: string): string {
    checkHash(sha256);
    return join(this.#folder, "objects", sha256);
  }

  async removeObject(sha256: string): Promise<void> {
    this.#demandLock("remove an object");
    await rm(this.pathOf(sha256), { force: true });
    await syncFolder(join(this.#folder, "objects"));
  }

  async staged(): Promise<readonly string[]> {
    const names = await readdir(join(this.#folder, "staging")).catch(noneThere);
    const pieces = new Set(names.map((name) => name.replace(/^\.|\.mark(\.new)?$/g, "")));
    return [...pieces].filter((name) => !this.#held.has(name));
  }

  async stage(name: string): Promise<Staging> {
    this.#demandLock("stage");
    checkStagingName(name);
    if (this.#held.has(name)) throw new RangeError(`Cannot stage ${name}: it is held already`);
    this.#held.add(name);
    try {
      const places = { staging: join(this.#folder, "staging"), name };
      const letGo = () => this.#held.delete(name);
      return await LocalStaging.open(places, (sha256) => this.pathOf(sha256), letGo);
    } catch (error) {
      this.#held.delete(name);
      throw error;
    }
  }

  async dropStaged(name: string): Promise<void> {
    this.#demandLock("drop staging");
    checkStagingName(name);
    if (this.#held.has(name)) throw new RangeError(`Cannot drop staging ${name}: it is held`);
    const staging = join(this.#folder, "staging");
    for (const file of [`.${name}.mark.new`, `${name}.mark`, name]) {
      await rm(join(staging, file), { force: true });
    }
    await syncFolder(staging);
  }

  async readIndex(): Promise<Uint8Array | undefined> {
    return readFile(join(this.#folder, "index")).catch(undefinedIfMissing);
  }

  async replaceIndex(bytes: Uint8Array): Promise<void> {
    this.#demandLock("replace the index");
    await replaceSynced(this.#folder, "index", bytes);
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock?.[Symbol.asyncDispose]();
  }

  #demandLock(action: string): void {
    if (this.#lock) return;
    throw new DepotError("DEPOT_READ_ONLY", action, "the depot is open to be looked at");
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function noneThere(error: unknown): string[] {
  if (!isMissing(error)) throw error;
  return [];
}
