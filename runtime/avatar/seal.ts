import { createHash } from "node:crypto";
import type { OpenFile } from "../../drivers/disk/disk.ts";
import { demand } from "./error.ts";
import type { FileEntry } from "./manifest.ts";
import type { Breathe } from "./slices.ts";

/** Rejects with AvatarError unless the file has the size and the SHA-256 that the manifest says. */
export async function demandWhole(
  file: OpenFile,
  entry: FileEntry,
  breathe?: Breathe,
): Promise<void> {
  const { file: name, bytes, sha256 } = entry;
  demand(
    file.bytes === bytes,
    () => `${name} has ${file.bytes} bytes, manifest says ${bytes} bytes`,
  );
  const sum = await hashOf(file, breathe);
  demand(sum === sha256, () => `${name} has SHA-256 ${sum}, manifest says ${sha256}`);
}

/** The SHA-256 of a file in hex, read in pieces, with a breath after each. */
export async function hashOf(file: OpenFile, breathe?: Breathe): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.min(pieceBytes, file.bytes));
  for (let at = 0; at < file.bytes; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, file.bytes - at));
    file.read(at, piece);
    hash.update(piece);
    await breathe?.();
  }
  return hash.digest("hex");
}

const pieceBytes = 256 * 1024;
