import { setTimeout as sleep } from "node:timers/promises";
import { binaryPart } from "../client/parts.ts";
import type { RunningKiosk } from "./kiosk.ts";

/** A source that makes sound as it sends it. */
export interface LiveSource {
  /** Mono, 16 bit. */
  readonly pcm: Int16Array;
  readonly rateHz: number;
  /** How much of it a part holds; each is sent when its last sample has been made. */
  readonly partMs: number;
}

/**
 * Streams a sound to a kiosk at the pace of a microphone. Resolves with the job's id and the moment
 * (monotonic) just before the first part went out; `sent` is done when the last one has.
 */
export async function streamLive(
  kiosk: RunningKiosk,
  { pcm, rateHz, partMs }: LiveSource,
  job: object = {},
): Promise<{ jobId: string; firstMs: number; sent: Promise<void> }> {
  const { jobId } = await kiosk.submit({ kind: "stream", rateHz, ...job });
  await kiosk.event(jobId, "preparing");
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const partBytes = Math.round((rateHz * partMs) / 1000) * 2;
  const firstMs = monotonicMs();
  const sent = (async () => {
    for (let at = 0, seq = 1; at < bytes.length; at += partBytes, seq++) {
      await sleep(Math.max(0, firstMs + (seq - 1) * partMs - monotonicMs()));
      const isLast = at + partBytes >= bytes.length;
      void kiosk.part(jobId, binaryPart(seq, bytes.subarray(at, at + partBytes), isLast));
    }
  })();
  return { jobId, firstMs, sent };
}

/** CLOCK_MONOTONIC, which all processes of a machine share. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
