import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Disk, OpenFile, Readers } from "./disk.ts";
import { checkName } from "./name.ts";
import { openIfThere, readIfThere } from "./reading.ts";

/** A folder of a real file system. Every write is synced, and so is the folder when it changes. */
export class LocalDisk implements Disk {
  readonly #folder: string;
  readonly #known = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes the folder when there is none. Rejects with the system's reason when it cannot. */
  static async open(folder: string): Promise<LocalDisk> {
    await mkdir(folder, { recursive: true });
    return new LocalDisk(folder);
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    checkName(name);
    await this.#last;
    return readIfThere(join(this.#folder, name));
  }

  async openFile(name: string): Promise<OpenFile | undefined> {
    checkName(name);
    await this.#last;
    return openIfThere(join(this.#folder, name));
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    checkName(name);
    return this.#inTurn(async () => {
      await writeSynced(join(this.#folder, name), "a", bytes);
      await this.#rememberName(name);
    });
  }

  async replace(name: string, bytes: Uint8Array, readers: Readers = "anyone"): Promise<void> {
    checkName(name);
    return this.#inTurn(async () => {
      const temporary = join(this.#folder, `.${name}.new`);
      // One that lies there from before a cut would keep its own mode.
      if (readers === "owner") await rm(temporary, { force: true });
      await writeSynced(temporary, "w", bytes, readers === "owner" ? 0o600 : 0o666);
      await rename(temporary, join(this.#folder, name));
      await syncFolder(this.#folder);
      this.#known.add(name);
    });
  }

  /** One write after another: two appends at once could land in either order. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** A new file is on the medium only when its folder is. */
  async #rememberName(name: string): Promise<void> {
    if (this.#known.has(name)) return;
    await syncFolder(this.#folder);
    this.#known.add(name);
  }
}

async function writeSynced(
  path: string,
  flags: "a" | "w",
  bytes: Uint8Array,
  mode = 0o666,
): Promise<void> {
  await using file: FileHandle = await open(path, flags, mode);
  await file.writeFile(bytes);
  await file.datasync();
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}
