import type { Tier } from "../../config/tiers.ts";
import type { OpenFile } from "../../drivers/disk/disk.ts";
import type { Folder } from "./archive.ts";
import { AvatarError, demand } from "./error.ts";
import { readHead } from "./head.ts";
import { sharedMagic, sharedSchema } from "./layout.ts";
import { entryOf, type FileEntry, type Manifest, parseManifest } from "./manifest.ts";
import { type Parts, readAllParts } from "./parts.ts";
import { demandWhole } from "./seal.ts";
import { demandSignature } from "./signature.ts";
import { type Breathe, inSlices } from "./slices.ts";
import { Stretch } from "./stretch.ts";
import { type AvatarTier, readTier } from "./tier.ts";

/** What all tiers of a package share. */
export interface Shared {
  /** A JPEG picture of the avatar, for lists. */
  readonly poster: Stretch | undefined;
  /** What each kind of lip-sync keeps once, by its name. */
  readonly parts: ReadonlyMap<string, Parts>;
}

/** Reads a package's manifest after its signature was checked; throws AvatarError. */
export async function readPackage(folder: Folder, signers: readonly string[]): Promise<Manifest> {
  const bytes = await told("manifest.json", () => folder.read("manifest.json"));
  if (bytes === undefined) throw new AvatarError("manifest.json is missing");
  if (signers.length > 0) {
    const signatures = await told("manifest.sig", () => folder.read("manifest.sig"));
    demandSignature(bytes, signatures, signers);
  }
  return parseManifest(bytes);
}

/** How files are opened: who closes them, and who else works in this thread meanwhile. */
export interface Opening {
  readonly files: DisposableStack;
  readonly breathe?: Breathe | undefined;
}

/** Opens one tier after its file proved whole. Throws AvatarError. */
export async function openTier(
  folder: Folder,
  manifest: Manifest,
  tier: Tier,
  opening: Opening,
): Promise<AvatarTier> {
  const entry = entryOf(manifest, tier);
  const file = await openWhole(folder, entry, opening);
  const opened = await inSlices(readTier(file), opening.breathe);
  const is = `${opened.width}x${opened.height}`;
  const due = `${entry.width}x${entry.height}`;
  demand(is === due, () => `${entry.file} is ${is}, manifest says ${due}`);
  return opened;
}

/** Opens what the tiers share, if anything, after it proved whole. Throws AvatarError. */
export async function openShared(
  folder: Folder,
  { shared }: Manifest,
  opening: Opening,
): Promise<Shared> {
  if (shared === undefined) return { poster: undefined, parts: new Map() };
  const file = await openWhole(folder, shared, opening);
  const { index, blobs } = readHead("shared file", file, sharedMagic, sharedSchema);
  const poster = index.poster && blobs.cut("poster", index.poster);
  return { poster, parts: readAllParts(index.parts, blobs) };
}

async function openWhole(
  folder: Folder,
  entry: FileEntry,
  { files, breathe }: Opening,
): Promise<Stretch> {
  const file = await told(entry.file, () => folder.openFile(entry.file));
  if (file === undefined) throw new AvatarError(`${entry.file} is missing`);
  files.use(file satisfies OpenFile);
  await demandWhole(file, entry, breathe);
  return Stretch.of(file);
}

/** What the medium says is a fault of the package, too. */
async function told<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AvatarError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AvatarError(`${name} cannot be read (${reason})`);
  }
}
