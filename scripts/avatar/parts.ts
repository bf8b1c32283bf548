import { readFileSync } from "node:fs";
import type { Layout } from "../../runtime/avatar/layout.ts";
import type { Blobs } from "./blobs.ts";

/** Adds the containers of kinds of lip-sync, which lie in files; what the index says of them. */
export function packParts(files: Readonly<Record<string, string>>, blobs: Blobs): Layout["parts"] {
  const kinds = Object.entries(files);
  return Object.fromEntries(kinds.map(([kind, file]) => [kind, blobs.add(readFileSync(file))]));
}
