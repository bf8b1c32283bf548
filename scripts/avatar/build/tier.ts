import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Tier } from "../../../config/tiers.ts";
import { packTier } from "../pack.ts";
import { withParts } from "../parts.ts";
import { ByteStream } from "../stream.ts";
import { type Listener, startStep } from "./child.ts";
import type { Order } from "./order.ts";
import { packingOf } from "./packing.ts";

/** Packs the clips of a tier into `WORK/frames`, with a picture of the idle loop beside them. */
export async function buildTier(
  work: string,
  tier: Tier,
  threads: number,
  listener: Listener,
): Promise<void> {
  const folder = join(work, "frames");
  mkdirSync(folder, { recursive: true });
  await using child = startStep("tier", [work, tier], threads, listener);
  const packing = packingOf(tier, (jpeg) => writeFileSync(join(folder, `${tier}.jpg`), jpeg));
  const [file] = await Promise.all([packTier(new ByteStream(child.pixels), packing), child.ended]);
  writeFileSync(join(folder, `${tier}.tier`), file);
}

/** Writes the tiers into `WORK/package`: their clips, and what each kind of lip-sync keeps. */
export function writeTiers(work: string, { tiers, types }: Order): void {
  for (const tier of tiers) {
    const files = types.map((kind) => [kind, join(work, kind, `${tier}.parts`)] as const);
    const clips = readFileSync(join(work, "frames", `${tier}.tier`));
    const file = withParts(clips, Object.fromEntries(files));
    writeFileSync(join(work, "package", `${tier}.tier`), file);
  }
}
