/**
 * Named files in one folder that outlive a power cut.
 *
 * A promise that resolves means: on the medium (fsync), and after a cut either wholly there or, for
 * a write that had not resolved, wholly or partly missing at its end. Names are plain file names.
 */
export interface Disk {
  /** The whole file, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Holds the file open to read pieces of it, or gives undefined when there is none. */
  openFile(name: string): Promise<OpenFile | undefined>;
  /** Adds to the end of the file, making it when there is none. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /**
   * Puts a new file in place of an old one: after a cut it is the old or the new, never a mix.
   * `readers`: who else may read it where the system knows users; unless told otherwise, anyone.
   */
  replace(name: string, bytes: Uint8Array, readers?: Readers): Promise<void>;
}

/** Who may read a file: a key is for its owner alone (mode 0600). */
export type Readers = "anyone" | "owner";

/** A file held open as it is: a later file of its name does not reach it. */
export interface OpenFile extends Disposable {
  readonly bytes: number;
  /**
   * Fills `into` with the bytes from `at` on. Blocking, without allocation. Throws a RangeError
   * when the file ends before, and the system's reason when the medium fails.
   */
  read(at: number, into: Uint8Array): void;
}
