import type { OpenFile } from "../disk/disk.ts";

/**
 * Files by their SHA-256, the bytes that are on their way to become such, and one index that says
 * what they are for. Written by one process at a time.
 *
 * A promise that resolves means: on the medium. After a power cut an object is wholly there or not
 * at all, the index is the old or the new, and a piece of staging is what its last mark says.
 * Hashes are 64 hex digits in lower case; anything else is a RangeError. Rejects with the system's
 * reason when the medium fails; what was there before is still there then.
 */
export interface Depot extends AsyncDisposable {
  /** All objects, in no order. */
  objects(): Promise<readonly Stored[]>;
  /** Bytes of an object as it lies there, unread; undefined: not there. */
  sizeOf(sha256: string): Promise<number | undefined>;
  /** Holds an object open to read pieces of it; undefined: not there. */
  openObject(sha256: string): Promise<OpenFile | undefined>;
  /** Where an object lies or would lie, for who opens it by path. */
  pathOf(sha256: string): string;
  removeObject(sha256: string): Promise<void>;

  /** What is on its way and nobody holds, by name. */
  staged(): Promise<readonly string[]>;
  /** Begins a piece of staging, or takes it up where its last mark is. One holder at a time. */
  stage(name: string): Promise<Staging>;
  /** Forgets a piece of staging that nobody holds. */
  dropStaged(name: string): Promise<void>;

  /** What the objects are for; undefined: none was ever written. */
  readIndex(): Promise<Uint8Array | undefined>;
  replaceIndex(bytes: Uint8Array): Promise<void>;

  /** Bytes that may still be written. */
  freeBytes(): Promise<number>;
}

/** What a depot refuses; nothing of it is changed. */
export class DepotError extends Error {
  override readonly name = "DepotError";
  readonly code: "DEPOT_IN_USE" | "DEPOT_READ_ONLY";

  constructor(code: DepotError["code"], action: string, fault: string) {
    super(`Cannot ${action}: ${fault}`);
    this.code = code;
  }
}

export interface Stored {
  readonly sha256: string;
  readonly bytes: number;
}

/** Bytes on their way. Calls wait for each other; disposing lets go and leaves all to the mark. */
export interface Staging extends AsyncDisposable {
  /** How many are here. */
  readonly bytes: number;
  /** What the last mark noted; empty when there is none. */
  readonly note: string;
  append(bytes: Uint8Array): Promise<void>;
  /** What is here outlives a power cut, and so does the note (200 characters at most). */
  mark(note: string): Promise<void>;
  /** Begins again with nothing. */
  restart(): Promise<void>;
  /**
   * Reads all that is here back and makes it the object `sha256`, in place of one that is there. Of
   * other bytes nothing becomes: `wrong`, and they stay. The piece is at its end when it is kept.
   */
  keep(sha256: string): Promise<"kept" | "wrong">;
}
