/** Nearest-rank percentile, `share` 0 to 1 (Hyndman and Fan 1996, type 1); undefined of nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
