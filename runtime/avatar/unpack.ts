import { zstdDecompressSync } from "node:zlib";
import { AvatarError, demand } from "./error.ts";
import type { Stretch } from "./stretch.ts";

/**
 * One zstd frame (RFC 8878) that must hold exactly `due` bytes; throws AvatarError. What is `kept`
 * counts against the memory that a file may take, what is `lent` is soon let go of.
 */
export function unpack(
  what: string,
  packed: Stretch,
  due: number,
  use: "kept" | "lent" = "kept",
): Uint8Array {
  if (use === "kept") packed.charge(what, due);
  const bytes = inflate(what, packed, due);
  demand(bytes.length === due, () => `${what} unpacks to ${bytes.length} bytes, ${due} are due`);
  return bytes;
}

function inflate(what: string, packed: Stretch, due: number): Uint8Array {
  try {
    return zstdDecompressSync(packed.read(), { maxOutputLength: Math.max(1, due) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AvatarError(`${what} does not unpack to ${due} bytes of zstd data (${reason})`);
  }
}
