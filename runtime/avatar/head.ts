import type { Static, TSchema } from "typebox";
import { limits } from "../../config/limits.ts";
import { readDocument } from "./document.ts";
import { demand } from "./error.ts";
import type { Stretch } from "./stretch.ts";

/** Bytes of the magic that every file of a package begins with. */
export const magicBytes = 8;

/** Bytes before the index: the magic, and the length of the index (uint32, little endian). */
export const headBytes = magicBytes + 4;

/**
 * Reads the head of a file of a package: its magic, the length of its index, the index (UTF-8 JSON
 * that keeps `schema`). Blobs follow; their offsets count from the first byte after the index.
 * Throws AvatarError, which calls the file `what`.
 */
export function readHead<S extends TSchema>(
  what: string,
  file: Stretch,
  magic: string,
  schema: S,
): { index: Static<S>; blobs: Stretch } {
  demand(file.bytes > headBytes, () => `${what} has ${file.bytes} bytes, none is that short`);
  const head = file.read(headBytes);
  const start = Buffer.from(head.subarray(0, magicBytes)).toString("latin1");
  demand(start === magic, () => `${what} begins with ${quote(start)}, ${quote(magic)} is due`);
  const length = new DataView(head.buffer, head.byteOffset).getUint32(magicBytes, true);
  const room = Math.min(file.bytes - headBytes, limits.avatarIndexBytesMax);
  demand(length <= room, () => `${what} has an index of ${length} bytes, at most ${room} can be`);
  const index = readDocument("index", file.cut("index", [headBytes, length]).read(), schema);
  const begin = headBytes + length;
  return { index, blobs: file.cut("blobs", [begin, file.bytes - begin]) };
}

function quote(text: string): string {
  return JSON.stringify(text);
}
