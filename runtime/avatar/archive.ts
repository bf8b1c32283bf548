import { limits } from "../../config/limits.ts";
import type { Disk, OpenFile } from "../../drivers/disk/disk.ts";
import { demand } from "./error.ts";

/** The files of one package, and what is to be closed after them. */
export type Folder = Pick<Disk, "read" | "openFile"> & Partial<Disposable>;

interface Entry {
  readonly at: number;
  readonly bytes: number;
}

/**
 * A package in one file, `.fda`: a tar archive (POSIX.1-1988 ustar) of plain files in one folder,
 * not compressed, so that every file is read where it lies. Disposing of it closes `file`.
 */
export class Archive implements Folder {
  readonly #file: OpenFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  /** Throws AvatarError unless it is such an archive. */
  constructor(file: OpenFile) {
    this.#file = file;
    this.#entries = readEntries(file);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    demand(
      entry.bytes <= limits.avatarManifestBytesMax,
      () => `${name} has ${entry.bytes} bytes, at most ${limits.avatarManifestBytesMax} are read`,
    );
    const bytes = new Uint8Array(entry.bytes);
    this.#file.read(entry.at, bytes);
    return bytes;
  }

  async openFile(name: string): Promise<OpenFile | undefined> {
    const entry = this.#entries.get(name);
    return entry && new Window(this.#file, entry);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/** One file of the archive; closing it leaves the archive open. */
class Window implements OpenFile {
  readonly #file: OpenFile;
  readonly #at: number;
  readonly bytes: number;

  constructor(file: OpenFile, { at, bytes }: Entry) {
    this.#file = file;
    this.#at = at;
    this.bytes = bytes;
  }

  read(at: number, into: Uint8Array): void {
    if (at + into.length > this.bytes) {
      const due = at + into.length;
      throw new RangeError(`Cannot read up to byte ${due}: the file ends at byte ${this.bytes}`);
    }
    this.#file.read(this.#at + at, into);
  }

  [Symbol.dispose](): void {}
}

const blockBytes = 512;

function readEntries(file: OpenFile): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  const block = Buffer.alloc(blockBytes);
  for (let at = 0; ; ) {
    demand(
      at + blockBytes <= file.bytes,
      () => `archive ends at byte ${file.bytes}, not at its end`,
    );
    file.read(at, block);
    if (block.every((byte) => byte === 0)) return entries;
    const { name, bytes } = readHeader(block, at);
    const end = at + blockBytes + bytes;
    demand(end <= file.bytes, () => `${name} ends at byte ${end}, archive at ${file.bytes}`);
    demand(!entries.has(name), () => `archive holds ${name} twice`);
    entries.set(name, { at: at + blockBytes, bytes });
    const most = limits.avatarFilesMax;
    demand(entries.size <= most, () => `archive holds over ${most} files`);
    at = Math.ceil(end / blockBytes) * blockBytes;
  }
}

/** Plain files only: no folders, links, devices or extended headers. */
function readHeader(block: Buffer, at: number): { name: string; bytes: number } {
  demand(block.toString("latin1", 257, 262) === "ustar", () => `byte ${at} begins no tar header`);
  const sum = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  demand(octal(block, 148, 8) === sum, () => `tar header at byte ${at} has a wrong checksum`);
  const kind = block[156];
  const name = block.toString("latin1", 0, 100).replace(/\0.*$/s, "");
  demand(kind === 0 || kind === 48, () => `archive holds ${quote(name)}, which is no plain file`);
  const plain = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && block[345] === 0;
  demand(plain, () => `archive holds ${quote(name)}, a file name without folders is due`);
  return { name, bytes: octal(block, 124, 12) };
}

function octal(block: Buffer, at: number, length: number): number {
  const text = block.toString("latin1", at, at + length).replace(/[\0 ]+$/, "");
  demand(/^ *[0-7]{1,11}$/.test(text), () => `tar header holds ${quote(text)}, a number is due`);
  return Number.parseInt(text, 8);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
