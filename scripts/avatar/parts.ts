import { readFileSync } from "node:fs";
import { openBytes } from "../../drivers/disk/memory.ts";
import { headBytes, magicBytes } from "../../runtime/avatar/head.ts";
import { type Layout, tierMagic } from "../../runtime/avatar/layout.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { readTier } from "../../runtime/avatar/tier.ts";
import { Blobs } from "./blobs.ts";

/** Adds the containers of kinds of lip-sync, which lie in files; what the index says of them. */
export function packParts(files: Readonly<Record<string, string>>, blobs: Blobs): Layout["parts"] {
  const kinds = Object.entries(files);
  return Object.fromEntries(kinds.map(([kind, file]) => [kind, blobs.add(readFileSync(file))]));
}

/** A packed tier with what its kinds of lip-sync keep: frames are not coded again for that. */
export function withParts(tier: Uint8Array, files: Readonly<Record<string, string>>): Uint8Array {
  const length = new DataView(tier.buffer, tier.byteOffset).getUint32(magicBytes, true);
  const begin = headBytes + length;
  const layout: Layout = JSON.parse(Buffer.from(tier.subarray(headBytes, begin)).toString());
  const blobs = new Blobs();
  blobs.add(tier.subarray(begin));
  const file = blobs.file(tierMagic, { ...layout, parts: packParts(files, blobs) });
  atOnce(readTier(Stretch.of(openBytes(file))));
  return file;
}
