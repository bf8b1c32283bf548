import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A piece of the build that is made anew only when what it is made of has changed. */
export interface Piece {
  readonly name: string;
  /** Everything the result depends on: file contents, flags, versions. */
  readonly inputs: readonly (string | Uint8Array)[];
  /** Files that must be there afterwards. */
  readonly outputs: readonly string[];
  make(): Promise<void>;
}

/** Makes the piece unless its stamp says that these inputs gave these outputs. True when made. */
export async function makeOnce(piece: Piece, stamps: string): Promise<boolean> {
  const file = join(stamps, piece.name);
  const digest = digestOf(piece.inputs);
  const stamped = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (stamped === digest && piece.outputs.every((output) => existsSync(output))) return false;
  await piece.make();
  for (const output of piece.outputs) {
    if (!existsSync(output)) throw new Error(`Cannot build ${piece.name}: ${output} was not made`);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, digest);
  return true;
}

function digestOf(inputs: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  return hash.digest("hex");
}
