import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedMagic } from "../../../runtime/avatar/layout.ts";
import type { LipSync } from "../../../runtime/avatar/manifest.ts";
import { Blobs } from "../blobs.ts";
import { packParts } from "../parts.ts";
import type { Order } from "./order.ts";

/** Writes what all tiers share: the poster, and what each kind of lip-sync keeps once. */
export function writeShared(work: string, { types, tiers }: Order): void {
  const blobs = new Blobs();
  const poster = blobs.add(readFileSync(join(work, "frames", `${tiers[0]}.jpg`)));
  const files = types.map((kind: LipSync) => [kind, join(work, kind, "shared.parts")] as const);
  const parts = packParts(Object.fromEntries(files), blobs);
  writeFileSync(join(work, "package/shared.part"), blobs.file(sharedMagic, { poster, parts }));
}
