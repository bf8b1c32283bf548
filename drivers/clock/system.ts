import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** The host's clock: CLOCK_MONOTONIC, which threads and processes share, and `Date.now()`. */
export function systemClock(): Clock {
  return { monotonicMs, wallMs, sleepUntil };
}

function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

function wallMs(): number {
  return Date.now();
}

async function sleepUntil(atMs: number, wake?: AbortSignal): Promise<void> {
  const delayMs = atMs - monotonicMs();
  if (delayMs <= 0 || wake?.aborted) return;
  await sleep(delayMs, undefined, wake ? { signal: wake } : {}).catch(ignoreAbort);
}

function ignoreAbort(reason: unknown): void {
  if (!(reason instanceof Error) || reason.name !== "AbortError") throw reason;
}
