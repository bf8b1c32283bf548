import { limits } from "../../config/limits.ts";

/**
 * How long to wait after so many failures in a row: full jitter (Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015), evenly between nothing and a bound that doubles each time.
 * What the server asks for is the least. `random` is in [0, 1).
 */
export function retryDelayMs(failures: number, random: number, retryAfterMs = 0): number {
  const { contentRetryMsMin, contentRetryMsMax } = limits;
  const doublings = Math.min(Math.max(failures - 1, 0), 30);
  const jitterMs = random * Math.min(contentRetryMsMax, contentRetryMsMin * 2 ** doublings);
  return Math.floor(Math.max(jitterMs, Math.min(retryAfterMs, contentRetryMsMax)));
}
