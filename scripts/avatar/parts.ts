import { readFileSync } from "node:fs";
import type { Layout } from "../../runtime/avatar/layout.ts";
import type { Blobs } from "./blobs.ts";
import type { PartsHeader } from "./header.ts";

/** Adds what kinds of lip-sync give to a file; what the index says of it. */
export function packParts(
  parts: Readonly<Record<string, PartsHeader>>,
  blobs: Blobs,
): Layout["parts"] {
  const packed: Layout["parts"] = {};
  for (const [kind, { fields, blobs: named }] of Object.entries(parts)) {
    const spans = Object.entries(named).map(
      ([name, paths]) => [name, [paths].flat().map((path) => add(path, blobs))] as const,
    );
    packed[kind] = { fields, blobs: Object.fromEntries(spans) };
  }
  return packed;
}

function add(path: string, blobs: Blobs): [offset: number, length: number] {
  return blobs.add(readFileSync(path));
}
