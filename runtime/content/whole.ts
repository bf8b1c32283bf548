import type { Fetch } from "../../drivers/fetch/fetch.ts";

/** A small document as a whole; of one larger than `bytesMax` nothing is kept: FetchError. */
export async function fetchWhole(
  fetch: Fetch,
  url: string,
  bytesMax: number,
  abort: AbortSignal,
): Promise<Uint8Array> {
  const { chunks } = await fetch.get(url, { bytesMax }, abort);
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
