import { fullJitterMs } from "../../config/jitter.ts";
import { limits } from "../../config/limits.ts";

/** Full jitter; what the server asks for is the least. `random` is in [0, 1). */
export function retryDelayMs(failures: number, random: number, retryAfterMs = 0): number {
  const { contentRetryMsMin, contentRetryMsMax } = limits;
  const bounds = { minMs: contentRetryMsMin, maxMs: contentRetryMsMax };
  const jitterMs = fullJitterMs(failures, random, bounds);
  return Math.floor(Math.max(jitterMs, Math.min(retryAfterMs, contentRetryMsMax)));
}
