/**
 * Named files in one folder that outlive a power cut.
 *
 * A promise that resolves means: on the medium (fsync), and after a cut either wholly there or, for
 * a write that had not resolved, wholly or partly missing at its end. Names are plain file names.
 */
export interface Disk {
  /** The whole file, or undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Adds to the end of the file, making it when there is none. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Puts a new file in place of an old one: after a cut it is the old or the new, never a mix. */
  replace(name: string, bytes: Uint8Array): Promise<void>;
}
