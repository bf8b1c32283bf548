import type { Tier, TierWish } from "../../config/tiers.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { decodeLine, encodeLine } from "../line.ts";
import type { TierLists, Verdict } from "./verdict.ts";

/** What a verdict was made on: another board, package or program needs another one. */
export interface Circumstances {
  readonly board: string;
  /** The avatar and its tiers, by their hashes. */
  readonly package: string;
  readonly version: string;
}

/** A verdict as it lies on the disk. */
export interface KeptVerdict {
  readonly on: Circumstances;
  readonly atMs: number;
  /** What configuration let in and kept out. */
  readonly lists: TierLists;
  readonly verdict: Verdict;
}

const name = "tier.verdict";

/** The tier of a board that nobody has judged yet. */
const unjudged = "720p";

/** Keeps a verdict; after a power cut it is the old or the new one. */
export async function keepVerdict(disk: Pick<Disk, "replace">, kept: KeptVerdict): Promise<void> {
  await disk.replace(name, new TextEncoder().encode(encodeLine(kept)));
}

/** The last verdict, whatever it was made on; undefined when there is none or it is damaged. */
export async function lastVerdict(disk: Pick<Disk, "read">): Promise<KeptVerdict | undefined> {
  const bytes = await disk.read(name);
  if (bytes === undefined) return undefined;
  return decodeLine(new TextDecoder().decode(bytes).trimEnd()) as KeptVerdict | undefined;
}

/** Whether a verdict was made on these circumstances. */
export function isOn({ on }: KeptVerdict, now: Circumstances): boolean {
  return on.board === now.board && on.package === now.package && on.version === now.version;
}

/** The tier to open: the one wished for, or the verdict's; the lowest where all are too much. */
export function settledTier(wish: TierWish, kept: KeptVerdict | undefined): Tier {
  if (wish !== "auto") return wish;
  return kept === undefined ? unjudged : (kept.verdict.tier ?? "360p");
}
