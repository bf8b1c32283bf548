/**
 * Time, as everybody else receives it. Only loops and entry files hold a Clock; pure code is given
 * a position or `nowMs`. There is no default clock: who needs one is handed one.
 */
export interface Clock {
  /** Milliseconds on the monotonic clock, fractional, of no known origin. Never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970 UTC, as far as this board knows. May jump; for time stamps only. */
  wallMs(): number;
  /**
   * Resolves once `monotonicMs() >= atMs`, or as soon as `wake` aborts; never rejects.
   * Later than asked by at most the host's timer jitter; a moment in the past resolves at once.
   */
  sleepUntil(atMs: number, wake?: AbortSignal): Promise<void>;
}

/** What records and messages are marked with. Handed in like time: a run can be repeated. */
export interface Stamps {
  wallMs(): number;
  /** ISO 8601 in UTC with milliseconds, as `2026-01-01T00:00:00.000Z`. */
  isoTime(wallMs: number): string;
  /** The time of day and week where the board is. */
  localTime(wallMs: number): LocalTime;
  /** A new ULID: unique, and later ones sort behind earlier ones to the millisecond. */
  newId(): string;
}

export interface LocalTime {
  /** 1 Monday to 7 Sunday, as in ISO 8601. */
  readonly weekday: number;
  /** Since midnight, 0 to 1439. */
  readonly minute: number;
}
