/**
 * The studio's large files: takes, consent documents, films. Each has an id of its maker's choice
 * (1 to 64 of a-z A-Z 0-9 - _), a size that is known before its first byte, and a note of a few
 * words. It is filled from its beginning on, piece by piece, and is whole once `bytes` are there;
 * then it never changes.
 *
 * A promise of `append` that resolves means: on the medium (fsync). After a cut a file has at least
 * what was resolved, and more bytes are asked for from where `find` says it ends.
 */
export interface Vault {
  /** Makes an empty file; throws when there is one of that id, or no room for it. */
  begin(id: string, bytes: number, note: VaultNote): Promise<void>;
  /**
   * Adds from byte `at` on and gives where the file then ends. Stops at the file's size; throws a
   * RangeError when the file does not end at `at` or another is adding. What came before a stream
   * broke stays, and the stream's reason is thrown.
   */
  append(id: string, at: number, stream: AsyncIterable<Uint8Array>): Promise<number>;
  /** What is there is all there will be: the file's size becomes that. */
  close(id: string): Promise<void>;
  find(id: string): Promise<VaultFile | undefined>;
  /** From byte `from` up to, not including, `to`; throws when there is no such file. */
  read(id: string, from: number, to: number): AsyncIterable<Uint8Array>;
  /** Where other programs read it. */
  path(id: string): string;
  /** Removes it, whole or not; nothing happens where there is none. */
  remove(id: string): Promise<void>;
  /** All ids, in their order. */
  list(): Promise<readonly string[]>;
}

/** What is known of a file beside its bytes: names and values of 255 characters at most. */
export type VaultNote = Readonly<Record<string, string>>;

export interface VaultFile {
  readonly bytes: number;
  /** How many of them are there. */
  readonly there: number;
  readonly note: VaultNote;
  /** When it was last added to, in ms since 1970 UTC. */
  readonly changedMs: number;
}
