/**
 * How long to wait after so many failures in a row, so that thousands of devices do not come at
 * once: full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015),
 * evenly between nothing and a bound that doubles from `minMs` to `maxMs`. `random` is in [0, 1).
 */
export function fullJitterMs(
  failures: number,
  random: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30);
  return random * Math.min(maxMs, minMs * 2 ** doublings);
}
