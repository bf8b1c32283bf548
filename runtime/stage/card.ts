/** What the desk has to say on the bench; the stage adds what it measures itself. */
export interface BenchCard {
  readonly lines: readonly string[];
  /** Becomes a QR code. */
  readonly code: string;
  readonly forMs: number;
}

/** What a kiosk says of itself as long as it lacks something. */
export interface NoticeCard {
  readonly title: string;
  readonly lines: readonly string[];
  /** Becomes a QR code. */
  readonly code: string;
}
