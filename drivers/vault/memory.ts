import type { Vault, VaultFile, VaultNote } from "./vault.ts";

interface Kept {
  readonly bytes: number;
  readonly note: VaultNote;
  readonly content: Uint8Array[];
}

/** A vault for tests and trials: nothing outlives the process, and no program can read it. */
export class MemoryVault implements Vault {
  readonly #files = new Map<string, Kept>();
  readonly #adding = new Set<string>();

  async begin(id: string, bytes: number, note: VaultNote): Promise<void> {
    if (this.#files.has(id)) throw new RangeError(`Cannot begin file ${id}: there is one already`);
    this.#files.set(id, { bytes, note, content: [] });
  }

  async append(id: string, at: number, stream: AsyncIterable<Uint8Array>): Promise<number> {
    const file = this.#files.get(id);
    if (file === undefined) throw new RangeError(`Cannot add to file ${id}: there is none`);
    if (lengthOf(file) !== at || this.#adding.has(id)) {
      const why = this.#adding.has(id) ? "another adds to it" : `it ends at ${lengthOf(file)}`;
      throw new RangeError(`Cannot add to file ${id} from byte ${at}: ${why}`);
    }
    this.#adding.add(id);
    try {
      for await (const chunk of stream) {
        file.content.push(chunk.slice(0, file.bytes - lengthOf(file)));
        if (lengthOf(file) === file.bytes) break;
      }
    } finally {
      this.#adding.delete(id);
    }
    return lengthOf(file);
  }

  async close(id: string): Promise<void> {
    const file = this.#files.get(id);
    if (file === undefined) throw new RangeError(`Cannot close file ${id}: there is none`);
    this.#files.set(id, { ...file, bytes: lengthOf(file) });
  }

  async find(id: string): Promise<VaultFile | undefined> {
    const file = this.#files.get(id);
    if (file === undefined) return undefined;
    return { bytes: file.bytes, there: lengthOf(file), note: file.note, changedMs: 0 };
  }

  async *read(id: string, from: number, to: number): AsyncIterable<Uint8Array> {
    const file = this.#files.get(id);
    if (file === undefined) throw new RangeError(`Cannot read file ${id}: there is none`);
    yield Buffer.concat(file.content).subarray(from, to);
  }

  path(id: string): string {
    throw new Error(`Cannot name a path of file ${id}: it is in memory`);
  }

  async remove(id: string): Promise<void> {
    this.#files.delete(id);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#files.keys()].sort();
  }
}

function lengthOf({ content }: Kept): number {
  return content.reduce((sum, chunk) => sum + chunk.length, 0);
}
