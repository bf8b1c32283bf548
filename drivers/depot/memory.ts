import type { OpenFile } from "../disk/disk.ts";
import type { Depot, Staging, Stored } from "./depot.ts";
import { MemoryStaging, type Piece } from "./memory-staging.ts";
import { checkHash, checkStagingName } from "./names.ts";
import { Power } from "./power.ts";

/** What outlives a cut. */
interface Medium {
  readonly objects: Map<string, Uint8Array>;
  readonly pieces: Map<string, Piece>;
  index: Uint8Array | undefined;
}

/**
 * A depot in memory with a power switch. Every byte and every step of the file system is a moment
 * at which `cutAfter` may end it; `restarted()` is the same medium as the next start finds it, with
 * garbage where bytes were not yet marked.
 */
export class MemoryDepot implements Depot {
  readonly power = new Power();
  readonly #medium: Medium;
  readonly #capacity: number;
  readonly #held = new Set<string>();

  /** `capacity` in bytes, of all objects and staging. */
  constructor(capacity = Number.MAX_SAFE_INTEGER, medium?: Medium) {
    this.#capacity = capacity;
    this.#medium = medium ?? { objects: new Map(), pieces: new Map(), index: undefined };
  }

  restarted(): MemoryDepot {
    const { objects, pieces, index } = this.#medium;
    const found = [...pieces].map(([name, piece]): [string, Piece] => [name, torn(piece)]);
    return new MemoryDepot(this.#capacity, {
      objects: new Map(objects),
      pieces: new Map(found),
      index,
    });
  }

  /** What a bad medium does: an object has other bytes, or is gone. */
  damage(sha256: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.#medium.objects.delete(sha256);
    else this.#medium.objects.set(sha256, bytes);
  }

  async objects(): Promise<readonly Stored[]> {
    this.#demandPower();
    return [...this.#medium.objects].map(([sha256, { length }]) => ({ sha256, bytes: length }));
  }

  async sizeOf(sha256: string): Promise<number | undefined> {
    checkHash(sha256);
    this.#demandPower();
    return this.#medium.objects.get(sha256)?.length;
  }

  async openObject(sha256: string): Promise<OpenFile | undefined> {
    checkHash(sha256);
    this.#demandPower();
    const bytes = this.#medium.objects.get(sha256);
    return bytes && openBytes(bytes);
  }

  pathOf(sha256: string): string {
    checkHash(sha256);
    return `/memory/objects/${sha256}`;
  }

  async removeObject(sha256: string): Promise<void> {
    checkHash(sha256);
    this.power.spend(1, (units) => {
      if (units === 1) this.#medium.objects.delete(sha256);
    });
  }

  async staged(): Promise<readonly string[]> {
    this.#demandPower();
    return [...this.#medium.pieces.keys()].filter((name) => !this.#held.has(name));
  }

  async stage(name: string): Promise<Staging> {
    checkStagingName(name);
    this.#demandPower();
    if (this.#held.has(name)) throw new RangeError(`Cannot stage ${name}: it is held already`);
    const { objects, pieces } = this.#medium;
    const piece = pieces.get(name) ?? { bytes: new Uint8Array(), length: 0, mark: undefined };
    pieces.set(name, piece);
    this.#held.add(name);
    return new MemoryStaging(piece, this.power, {
      room: () => this.#free(),
      become: (sha256, bytes) => objects.set(sha256, bytes),
      leave: () => pieces.delete(name),
      letGo: () => this.#held.delete(name),
    });
  }

  async dropStaged(name: string): Promise<void> {
    checkStagingName(name);
    if (this.#held.has(name)) throw new RangeError(`Cannot drop staging ${name}: it is held`);
    this.power.spend(1, (units) => {
      if (units === 1) this.#medium.pieces.delete(name);
    });
  }

  async readIndex(): Promise<Uint8Array | undefined> {
    this.#demandPower();
    return this.#medium.index?.slice();
  }

  /** Its bytes go into a file beside it, and one step more puts that in its place. */
  async replaceIndex(bytes: Uint8Array): Promise<void> {
    this.power.spend(bytes.length + 1, (units) => {
      if (units === bytes.length + 1) this.#medium.index = bytes.slice();
    });
  }

  async freeBytes(): Promise<number> {
    this.#demandPower();
    return this.#free();
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #free(): number {
    const { objects, pieces } = this.#medium;
    const used = [...objects.values(), ...pieces.values()];
    return this.#capacity - used.reduce((sum, { length }) => sum + length, 0);
  }

  #demandPower(): void {
    if (this.power.dead) throw new Error("Cannot use the depot: power is cut");
  }
}

/** What was not marked is there in part, and as something else. */
function torn({ bytes, length, mark }: Piece): Piece {
  const found = bytes.slice(0, length);
  found.fill(0xa5, mark?.bytes ?? 0);
  return { bytes: found, length, mark };
}

function openBytes(bytes: Uint8Array): OpenFile {
  return {
    bytes: bytes.length,
    read(at, into) {
      if (at + into.length > bytes.length) {
        const due = at + into.length;
        throw new RangeError(`Cannot read up to byte ${due}: the file ends at ${bytes.length}`);
      }
      into.set(bytes.subarray(at, at + into.length));
    },
    [Symbol.dispose]() {},
  };
}
