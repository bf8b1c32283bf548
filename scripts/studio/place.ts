import { existsSync } from "node:fs";
import { join } from "node:path";
import { LocalDisk } from "../../drivers/disk/local.ts";
import type { Place } from "../../runtime/studio/repo/published.ts";

/** The folders below one of a real file system. */
export function localPlace(base: string): Place {
  return (folder) => LocalDisk.open(join(base, folder));
}

/** As `localPlace`, of a repository that is there. Throws where none is. */
export function knownPlace(base: string): Place {
  if (existsSync(join(base, "repository.json"))) return localPlace(base);
  throw new Error(`Cannot open ${base}: it should be a folder with a repository.json`);
}
