import type { PoolTerms } from "./grant.ts";

/** Seats for devices, bought by a line of an order or given as a test. */
export interface LicencePool extends PoolTerms {
  readonly accountId: string;
  /** `""`: given, not ordered. */
  readonly orderId: string;
  /** The activation code: what a person types into a device so that it gets a seat. */
  readonly code: string;
  readonly seatsTaken: number;
  readonly fromMs: number;
}
