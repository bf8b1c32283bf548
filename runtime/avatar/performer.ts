import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { AvatarError } from "./error.ts";
import { readPackage } from "./package.ts";
import { findPackage } from "./shelf.ts";

/** An avatar that can be shown here, and at which tiers. */
export interface Performer {
  readonly id: string;
  /** Of an installed release; absent: it lies in a folder of avatars. */
  readonly version?: string;
  readonly tiers: readonly Tier[];
  /** Where the files of an installed release lie, by their names in the package. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A folder of avatars, by the names that lie in it. */
interface Wardrobe {
  readonly folder: string;
  /** Ids of avatars; what is none is left out. */
  readonly ids: readonly string[];
  /** Who must have signed: public keys in base64; none: nobody has to. */
  readonly signers: readonly string[];
}

/** Files by their paths. */
type Paths = Pick<Disk, "read" | "openFile">;

/** The avatars of a folder whose manifests can be read and trusted; the rest is no avatar. */
export async function performersIn(
  paths: Paths,
  { folder, ids, signers }: Wardrobe,
): Promise<readonly Performer[]> {
  const found: Performer[] = [];
  for (const id of ids) {
    const tiers = await tiersOf(paths, folder, { id, signers });
    if (tiers !== undefined) found.push({ id, tiers });
  }
  return found;
}

async function tiersOf(
  paths: Paths,
  place: string,
  { id, signers }: { readonly id: string; readonly signers: readonly string[] },
): Promise<readonly Tier[] | undefined> {
  try {
    const folder = await findPackage(paths, place, id);
    using files = new DisposableStack();
    files.defer(() => folder[Symbol.dispose]?.());
    const manifest = await readPackage(folder, signers);
    return manifest.id === id ? tierNames.filter((tier) => tier in manifest.tiers) : undefined;
  } catch (error) {
    if (error instanceof AvatarError) return undefined;
    throw error;
  }
}
