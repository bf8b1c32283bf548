/** What every message of a device carries around its data (mqtt.md). */
export interface Envelope {
  /** Version of the envelope. */
  readonly v: 1;
  readonly id: string;
  /** ISO 8601, when it happened by the wall clock of the board. */
  readonly ts: string;
  /** Whether that clock has been set since the board started. */
  readonly clk: ClockState;
  /** Id of this start of the board. */
  readonly boot: string;
  /** Number of the connection; in the will it is that of the connection that was lost. */
  readonly session: number;
  /** Rises by one with every message of one start; a gap is a message that was lost. */
  readonly seq: number;
  readonly type: string;
  /** The job that this is about. */
  readonly corr?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type ClockState = "synced" | "unsynced";

export function encodeEnvelope(envelope: Envelope): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(envelope));
}
