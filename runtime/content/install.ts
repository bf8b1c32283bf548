import { createHash } from "node:crypto";
import { limits } from "../../config/limits.ts";
import type { Tier } from "../../config/tiers.ts";
import type { Depot } from "../../drivers/depot/depot.ts";
import { FetchError } from "../../drivers/fetch/fetch.ts";
import { AvatarError } from "../avatar/error.ts";
import { type Manifest, parseManifest } from "../avatar/manifest.ts";
import { demandSignature } from "../avatar/signature.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { ArchiveError, demandArchive } from "./archive-error.ts";
import { Baskets } from "./baskets.ts";
import { planRelease, tiersOffered } from "./plan.ts";
import type { Placed } from "./release.ts";
import type { Shelf } from "./shelf.ts";
import { type Unpacked, unpack } from "./unpack.ts";

interface Parts {
  readonly depot: Depot;
  readonly shelf: Shelf;
  readonly trace: Trace;
}

export interface ArchiveRules {
  /** Who must have signed: public keys in base64. With none, the repository must vouch for it. */
  readonly signers: readonly string[];
  /** The version under which the trusted repository lists an avatar's manifest of this hash. */
  readonly versionOf?: (id: string, sha256: string) => string | undefined;
  /** Which of the tiers inside this board is to have. */
  readonly tiers: (offered: readonly Tier[]) => readonly Tier[];
}

/**
 * Installs a package that comes in one file, as from a USB stick; the caller makes it current. It
 * is read once, whole, into staging alone; nothing becomes an object before its end was seen and
 * every hash was right. What is refused is a value, and nothing of it stays.
 */
export async function installArchive(
  source: AsyncIterable<Uint8Array>,
  { depot, shelf, trace }: Parts,
  rules: ArchiveRules,
): Promise<Placed | ArchiveError> {
  const entries = unpack(source);
  await using baskets = new Baskets(depot);
  try {
    const placed = await stageAll(entries, baskets, rules, depot);
    await takeIn(placed, baskets, shelf);
    return placed;
  } catch (error) {
    const refusal = refusalOf(error);
    trace.note({ area: "content", kind: "archive-refused", code: refusal.code });
    return refusal;
  } finally {
    await entries.return(undefined);
  }
}

/** Manifest and signatures first; then every file as the manifest lists it. */
async function stageAll(
  entries: AsyncGenerator<Unpacked>,
  baskets: Baskets,
  rules: ArchiveRules,
  depot: Depot,
): Promise<Placed> {
  const first = await next(entries);
  demandArchive(first !== undefined, "ARCHIVE_EMPTY", "it holds no files");
  const isManifest = first.name === "manifest.json";
  demandArchive(isManifest, "ARCHIVE_ORDER", `it begins with ${first.name}, not its manifest`);
  const manifest = await whole(first);
  await baskets.put(first, manifest.sha256, [manifest.content]);
  let entry = await next(entries);
  const signatures = entry?.name === "manifest.sig" ? entry && (await whole(entry)) : undefined;
  if (entry && signatures) {
    await baskets.put(entry, signatures.sha256, [signatures.content]);
    entry = await next(entries);
  }
  const { read, placed } = admit(manifest, signatures, rules);
  await demandRoom(placed, depot);
  const listed = listedIn(read);
  for (; entry; entry = await next(entries)) {
    const due = listed.get(entry.name);
    demandArchive(due !== undefined, "ARCHIVE_UNLISTED", `manifest does not name ${entry.name}`);
    const sizes = `${entry.name} has ${entry.bytes} bytes, manifest says ${due.bytes}`;
    demandArchive(entry.bytes === due.bytes, "ARCHIVE_WRONG_SIZE", sizes);
    const isKept = placed.files.some(({ name }) => name === due.file);
    await baskets.put(entry, due.sha256, entry.pieces, isKept);
    listed.delete(entry.name);
  }
  const absent = placed.files.find(({ name }) => listed.has(name));
  demandArchive(absent === undefined, "ARCHIVE_INCOMPLETE", `${absent?.name} is missing`);
  return placed;
}

/** Objects that nothing names are garbage to whoever collects meanwhile: it is wanted first. */
async function takeIn(placed: Placed, baskets: Baskets, shelf: Shelf): Promise<void> {
  await shelf.want((wanted) => [...wanted, placed]);
  try {
    await baskets.keep();
    await shelf.install(placed);
  } finally {
    await shelf.want((wanted) => wanted.filter((one) => one !== placed));
  }
}

interface Whole {
  readonly content: Buffer;
  readonly bytes: number;
  readonly sha256: string;
}

/** Whether somebody trusted vouches for the manifest, and what of the package is to be here. */
function admit(
  { content, bytes, sha256 }: Whole,
  signatures: Whole | undefined,
  { signers, versionOf, tiers }: ArchiveRules,
): { readonly read: Manifest; readonly placed: Placed } {
  demandSignature(content, signatures?.content, signers);
  const read = parseManifest(content);
  const sum = [...listedIn(read).values()].reduce((all, one) => all + one.bytes, 0);
  const most = limits.archiveBytesMax;
  demandArchive(sum <= most, "ARCHIVE_SIZE", `its files have ${sum} bytes, limit is ${most}`);
  const version = versionOf?.(read.id, sha256);
  const isKnown = signers.length > 0 || version !== undefined;
  const due = "a key in avatar.signers, or a repository that lists it, is due";
  demandArchive(isKnown, "ARCHIVE_UNTRUSTED", `nobody vouches for it, ${due}`);
  const release = { id: read.id, version: version ?? sha256.slice(0, 12), sha256, bytes };
  return { read, placed: planRelease(release, read, signatures, tiers(tiersOffered(read))) };
}

function listedIn({ shared, tiers }: Manifest) {
  const files = [...(shared ? [shared] : []), ...Object.values(tiers)];
  return new Map(files.map((entry) => [entry.file, entry]));
}

async function demandRoom({ files }: Placed, depot: Depot): Promise<void> {
  const due = 2 * files.reduce((sum, { bytes }) => sum + bytes, 0) + limits.contentReserveBytes;
  const free = await depot.freeBytes();
  const fault = `${(free / 1e6).toFixed(1)} MB are free, ${(due / 1e6).toFixed(1)} MB are due`;
  demandArchive(free >= due, "ARCHIVE_NO_ROOM", fault);
}

async function next(entries: AsyncGenerator<Unpacked>): Promise<Unpacked | undefined> {
  const { value, done } = await entries.next();
  return done ? undefined : value;
}

async function whole({ pieces }: Unpacked): Promise<Whole> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const content = Buffer.concat(parts);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { content, bytes: content.length, sha256 };
}

function refusalOf(error: unknown): ArchiveError {
  if (error instanceof ArchiveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const more = { cause: error };
  if (error instanceof AvatarError) {
    const code = error.trouble === "untrusted" ? "ARCHIVE_UNTRUSTED" : "ARCHIVE_MANIFEST";
    return new ArchiveError(code, error.fault, more);
  }
  if (error instanceof FetchError) return new ArchiveError("ARCHIVE_SOURCE", reason, more);
  const { code } = error as NodeJS.ErrnoException;
  // What is none of the system's reasons is the caller's, who gave up, or a broken program.
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return new ArchiveError(code === "ENOSPC" ? "ARCHIVE_NO_ROOM" : "ARCHIVE_DISK", reason, more);
}
