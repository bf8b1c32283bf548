import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DepotError } from "../../drivers/depot/depot.ts";
import { lockFolder } from "../../drivers/depot/lock.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import type { Place } from "../../runtime/studio/repo/published.ts";

/** A repository's folder that nobody else changes, until it is disposed of. */
export interface HeldPlace extends AsyncDisposable {
  readonly place: Place;
}

/** Folders of a repository for reading; none is made. Throws where there is no repository. */
export function knownPlace(base: string): Place {
  demandRepository(base);
  return async (folder) => new LocalDisk(join(base, folder));
}

/** A repository to change. Throws where there is none, or while another process changes it. */
export async function holdPlace(base: string): Promise<HeldPlace> {
  demandRepository(base);
  return hold(base);
}

/** The folder of a repository to be, made where there is none. */
export async function holdNewPlace(base: string): Promise<HeldPlace> {
  mkdirSync(base, { recursive: true });
  return hold(base);
}

async function hold(base: string): Promise<HeldPlace> {
  try {
    const lock = await lockFolder(base);
    const dispose = () => lock[Symbol.asyncDispose]();
    const place: Place = (folder) => LocalDisk.open(join(base, folder));
    return { place, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    if (!(error instanceof DepotError)) throw error;
    const reason = error.message.replace(/^.*?: /, "");
    throw new Error(`Cannot change ${base}: ${reason}, try again later`, { cause: error });
  }
}

function demandRepository(base: string): void {
  if (existsSync(join(base, "repository.json"))) return;
  throw new Error(`Cannot open ${base}: it should be a folder with a repository.json`);
}
