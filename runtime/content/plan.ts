import { type Tier, tierNames } from "../../config/tiers.ts";
import { AvatarError } from "../avatar/error.ts";
import type { FileEntry, Manifest } from "../avatar/manifest.ts";
import type { Placed, Release, ReleaseFile } from "./release.ts";

/** What a board can show: the verdict on it (null: too weak), and what configuration lets in. */
export interface Fit {
  readonly tier: Tier | null;
  readonly lists: { readonly allow: readonly Tier[]; readonly deny: readonly Tier[] };
}

/**
 * Which tiers of a package a board is to have: the one it was judged to sustain, or the next below
 * that there is, and one more below that as a reserve. Where all are above, the lowest alone.
 */
export function tiersToHave(offered: readonly Tier[], { tier, lists }: Fit): readonly Tier[] {
  const { allow, deny } = lists;
  const isLetIn = (one: Tier) => !deny.includes(one) && (allow.length === 0 || allow.includes(one));
  const known = tierNames.filter((one) => offered.includes(one) && isLetIn(one));
  const bound = tier === null ? -1 : tierNames.indexOf(tier);
  const sustained = known.filter((one) => tierNames.indexOf(one) <= bound);
  return sustained.length > 0 ? sustained.slice(-2) : known.slice(0, 1);
}

/** The tiers of a package that this program knows, smallest first. */
export function tiersOffered({ tiers }: Manifest): readonly Tier[] {
  return tierNames.filter((tier) => Object.hasOwn(tiers, tier));
}

/**
 * The files that a release has at these tiers: manifest (of `release.bytes`), signatures where
 * there are some, what the tiers share, and the tiers. Throws AvatarError where that is no tier at
 * all, or two files have one name.
 */
export function planRelease(
  release: Release & { readonly bytes: number },
  manifest: Manifest,
  signed: { readonly bytes: number; readonly sha256: string } | undefined,
  tiers: readonly Tier[],
): Placed {
  const { id, version, sha256, bytes } = release;
  const shared = manifest.shared ? [fileOf(manifest.shared, null)] : [];
  const files: readonly ReleaseFile[] = [
    { name: "manifest.json", bytes, sha256, tier: null },
    ...(signed ? [fileOf({ ...signed, file: "manifest.sig" }, null)] : []),
    ...shared,
    ...tiers.flatMap((tier) => {
      const entry = Object.hasOwn(manifest.tiers, tier) ? manifest.tiers[tier] : undefined;
      return entry ? [fileOf(entry, tier)] : [];
    }),
  ];
  if (!files.some((file) => file.tier !== null)) {
    const known = Object.keys(manifest.tiers).join(", ") || "none";
    throw new AvatarError(`package has no tier that this board takes, it has ${known}`);
  }
  const names = new Set(files.map(({ name }) => name.toLowerCase()));
  if (names.size < files.length) throw new AvatarError("manifest names one file twice");
  return { id, version, sha256, files };
}

/** What of a release is not here yet; equal files once. */
export function missing(
  { files }: Placed,
  has: (sha256: string, bytes: number) => boolean,
): { readonly files: readonly ReleaseFile[]; readonly bytes: number } {
  const seen = new Set<string>();
  const absent = files.filter(({ sha256, bytes }) => {
    if (seen.has(sha256) || has(sha256, bytes)) return false;
    seen.add(sha256);
    return true;
  });
  return { files: absent, bytes: absent.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function fileOf({ file, bytes, sha256 }: FileEntry, tier: Tier | null): ReleaseFile {
  return { name: file, bytes, sha256, tier };
}
