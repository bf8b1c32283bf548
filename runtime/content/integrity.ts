import { createHash } from "node:crypto";
import type { Depot } from "../../drivers/depot/depot.ts";
import type { Placed, ReleaseFile } from "./release.ts";
import type { Shelf } from "./shelf.ts";

/** A file of an installed release that is not what it should be. Its object is removed. */
export interface Damage {
  readonly kind: "missing" | "size" | "hash";
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Files of 25 MB in pieces: each is a millisecond or so of the slowest board. */
const pieceBytes = 256 * 1024;

/**
 * What is missing or has another size, by a look at the folder: cheap, for every start. A damaged
 * object is removed, so that it is fetched again: nothing would open it, as readers check hashes.
 */
export async function damageBySize(shelf: Shelf, depot: Depot): Promise<readonly Damage[]> {
  const damages: Damage[] = [];
  for (const [placed, file] of filesOf(shelf)) {
    const bytes = await depot.sizeOf(file.sha256);
    if (bytes === file.bytes) continue;
    if (bytes !== undefined) await depot.removeObject(file.sha256);
    damages.push(damage(bytes === undefined ? "missing" : "size", placed, file));
  }
  return damages;
}

/**
 * The same by hashes: reads everything, on demand or while nothing else is to do. `pause` is
 * awaited between pieces, and decides how much of the board this takes. An abort ends it early.
 */
export async function damageByHash(
  shelf: Shelf,
  depot: Depot,
  pause: () => Promise<void>,
  abort: AbortSignal,
): Promise<readonly Damage[]> {
  const damages = [...(await damageBySize(shelf, depot))];
  const gone = new Set(damages.map(({ sha256 }) => sha256));
  for (const [placed, file] of filesOf(shelf)) {
    if (gone.has(file.sha256)) continue;
    const sum = await hashOf(depot, file.sha256, pause, abort);
    if (abort.aborted) break;
    if (sum === file.sha256) continue;
    await depot.removeObject(file.sha256);
    gone.add(file.sha256);
    damages.push(damage("hash", placed, file));
  }
  return damages;
}

/** Each object once: releases share them. */
function filesOf({ releases }: Shelf): readonly (readonly [Placed, ReleaseFile])[] {
  const files = new Map<string, readonly [Placed, ReleaseFile]>();
  for (const placed of releases) {
    for (const file of placed.files) files.set(file.sha256, [placed, file]);
  }
  return [...files.values()];
}

/** Undefined where the medium does not give its bytes. */
async function hashOf(
  depot: Depot,
  sha256: string,
  pause: () => Promise<void>,
  abort: AbortSignal,
): Promise<string | undefined> {
  using file = await depot.openObject(sha256);
  if (file === undefined) return undefined;
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.min(pieceBytes, file.bytes));
  for (let at = 0; at < file.bytes && !abort.aborted; at += buffer.length) {
    const piece = buffer.subarray(0, Math.min(buffer.length, file.bytes - at));
    try {
      file.read(at, piece);
    } catch {
      // A sector that cannot be read is damage like any other.
      return undefined;
    }
    hash.update(piece);
    await pause();
  }
  return hash.digest("hex");
}

function damage(
  kind: Damage["kind"],
  { id, version }: Placed,
  { name, sha256, bytes }: ReleaseFile,
): Damage {
  return { kind, id, version, name, sha256, bytes };
}
