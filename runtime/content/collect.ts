import type { Depot } from "../../drivers/depot/depot.ts";
import type { Shelf } from "./shelf.ts";

export interface Collected {
  readonly objects: number;
  /** Of these objects. */
  readonly bytes: number;
  /** Pieces of staging. */
  readonly staged: number;
}

/**
 * Removes what no release of the shelf, installed or wanted, names: N-1 stays, and so does what is
 * on its way. Of staging, what somebody holds stays too. A cut in between leaves some of it for the
 * next time.
 */
export async function collect(shelf: Shelf, depot: Depot): Promise<Collected> {
  const named = namesOf(shelf);
  let [objects, bytes, staged] = [0, 0, 0];
  for (const object of await depot.objects()) {
    if (named.has(object.sha256)) continue;
    await depot.removeObject(object.sha256);
    objects += 1;
    bytes += object.bytes;
  }
  for (const name of await depot.staged()) {
    // A cut may have left the piece of what became an object.
    if (named.has(name) && (await depot.sizeOf(name)) === undefined) continue;
    await depot.dropStaged(name);
    staged += 1;
  }
  return { objects, bytes, staged };
}

function namesOf({ releases, wanted }: Shelf): ReadonlySet<string> {
  const files = [...releases, ...wanted].flatMap((placed) => placed.files);
  return new Set(files.map(({ sha256 }) => sha256));
}
