import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tier } from "../../../config/tiers.ts";
import { packTier } from "../pack.ts";
import { ByteStream } from "../stream.ts";
import { type Listener, startStep } from "./child.ts";
import { packingOf } from "./packing.ts";

/** Packs a tier into `WORK/package`, with a picture of the idle loop beside it. */
export async function buildTier(
  work: string,
  tier: Tier,
  threads: number,
  listener: Listener,
): Promise<void> {
  const folder = join(work, "package");
  await using child = startStep("tier", [work, tier], threads, listener);
  const packing = packingOf(tier, (jpeg) => writeFileSync(join(folder, `${tier}.jpg`), jpeg));
  const [file] = await Promise.all([packTier(new ByteStream(child.pixels), packing), child.ended]);
  writeFileSync(join(folder, `${tier}.tier`), file);
}
