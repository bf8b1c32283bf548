/** What the desk has to say on the bench; the stage adds what it measures itself. */
export interface BenchCard {
  readonly lines: readonly string[];
  /** Becomes a QR code. */
  readonly code: string;
  readonly forMs: number;
}
