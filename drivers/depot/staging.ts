import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Staging } from "./depot.ts";
import { checkNote } from "./names.ts";
import { isMissing, replaceSynced, syncFolder } from "./synced.ts";

interface Place {
  readonly staging: string;
  readonly name: string;
}

interface Mark {
  readonly bytes: number;
  readonly note: string;
}

const pieceBytes = 256 * 1024;

/** A file beside its mark, which says how much of it outlived whatever came. */
export class LocalStaging implements Staging {
  readonly #place: Place;
  readonly #file: FileHandle;
  readonly #objectPath: (sha256: string) => string;
  readonly #letGo: () => void;
  #bytes: number;
  #note: string;
  #isOpen = true;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    { place, file, mark }: { place: Place; file: FileHandle; mark: Mark },
    objectPath: (sha256: string) => string,
    letGo: () => void,
  ) {
    this.#place = place;
    this.#file = file;
    this.#objectPath = objectPath;
    this.#letGo = letGo;
    this.#bytes = mark.bytes;
    this.#note = mark.note;
  }

  /** What lies behind the mark may be anything after a power cut: it is cut off. */
  static async open(
    place: Place,
    objectPath: (sha256: string) => string,
    letGo: () => void,
  ): Promise<LocalStaging> {
    const path = join(place.staging, place.name);
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
    try {
      const { size } = await file.stat();
      const told = await readMark(place);
      const mark = told && told.bytes <= size ? told : { bytes: 0, note: "" };
      // A mark of a file that has gone its way must not vouch for this one.
      if (told && mark !== told) await removeMark(place);
      await file.truncate(mark.bytes);
      return new LocalStaging({ place, file, mark }, objectPath, letGo);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get note(): string {
    return this.#note;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      for (let done = 0; done < bytes.length; ) {
        const left = bytes.length - done;
        const { bytesWritten } = await this.#file.write(bytes, done, left, this.#bytes);
        done += bytesWritten;
        this.#bytes += bytesWritten;
      }
    });
  }

  mark(note: string): Promise<void> {
    checkNote(note);
    return this.#inTurn(async () => {
      await this.#file.datasync();
      await writeMark(this.#place, { bytes: this.#bytes, note });
      this.#note = note;
    });
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      await removeMark(this.#place);
      await this.#file.truncate(0);
      this.#bytes = 0;
      this.#note = "";
    });
  }

  keep(sha256: string): Promise<"kept" | "wrong"> {
    return this.#inTurn(async () => {
      const object = this.#objectPath(sha256);
      await this.#file.datasync();
      if ((await this.#hash()) !== sha256) return "wrong";
      await rename(join(this.#place.staging, this.#place.name), object);
      await syncFolder(dirname(object));
      await removeMark(this.#place);
      await this.#close();
      return "kept";
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#close();
  }

  /** Of what the medium gives back, not of what was handed over. */
  async #hash(): Promise<string> {
    const hash = createHash("sha256");
    const piece = new Uint8Array(pieceBytes);
    for (let at = 0; at < this.#bytes; ) {
      const { bytesRead } = await this.#file.read(piece, 0, piece.length, at);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, Math.min(bytesRead, this.#bytes - at)));
      at += bytesRead;
    }
    return hash.digest("hex");
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      if (this.#isOpen) return work();
      throw new RangeError(`Cannot change staging ${this.#place.name}: it is over`);
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
    this.#letGo();
  }
}

async function readMark({ staging, name }: Place): Promise<Mark | undefined> {
  try {
    const text = await readFile(join(staging, `${name}.mark`), "utf8");
    const [, bytes, note] = /^(\d{1,15}) (.*)\n$/.exec(text) ?? [];
    return bytes === undefined
      ? { bytes: 0, note: "" }
      : { bytes: Number(bytes), note: note ?? "" };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function writeMark({ staging, name }: Place, { bytes, note }: Mark): Promise<void> {
  return replaceSynced(staging, `${name}.mark`, new TextEncoder().encode(`${bytes} ${note}\n`));
}

async function removeMark({ staging, name }: Place): Promise<void> {
  await rm(join(staging, `${name}.mark`), { force: true });
  await syncFolder(staging);
}
