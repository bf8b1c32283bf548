/** Seats for devices, bought by one line of an order or given as a test. */
export interface LicencePool {
  readonly id: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly kind: "bought" | "test";
  /** What a device shows to get a seat; for people to type. */
  readonly code: string;
  readonly seats: number;
  readonly seatsTaken: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A device's seat. One device has at most one seat of a pool. */
export interface LicenceSeat {
  readonly id: string;
  readonly poolId: string;
  readonly deviceId: string;
  /** The device's public key, as it gave it. */
  readonly deviceKey: string;
  readonly takenMs: number;
  readonly renewedMs: number;
  /** Until when the last lease holds. */
  readonly leaseUntilMs: number;
  /** Leases issued on this seat. */
  readonly serial: number;
}
