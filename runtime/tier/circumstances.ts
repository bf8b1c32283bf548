import { createHash } from "node:crypto";
import type { Circumstances } from "./kept.ts";

/** What a verdict depends on, as strings that differ when it must be made anew. */
export function circumstancesOf(
  processor: { readonly model: string; readonly cores: number; readonly memoryMb: number },
  manifest: Uint8Array | undefined,
  version: string,
): Circumstances {
  const { model, cores, memoryMb } = processor;
  const gigabytes = Math.round(memoryMb / 1024);
  return {
    board: `${model}, ${cores} cores, ${gigabytes} GB`,
    package: createHash("sha256")
      .update(manifest ?? new Uint8Array(0))
      .digest("hex"),
    version,
  };
}
