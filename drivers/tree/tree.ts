/**
 * Files below one folder that others make, such as a repository. Paths are names with `/` between
 * them; those that lead out, or begin with a dot, are files that are not there.
 */
export interface Tree {
  find(path: string): Promise<TreeFile | undefined>;
  /** From byte `from` up to, not including, `to`. */
  read(path: string, from: number, to: number): AsyncIterable<Uint8Array>;
}

export interface TreeFile {
  readonly bytes: number;
  /** Another one once the file changes. */
  readonly tag: string;
}
