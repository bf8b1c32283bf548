import type { SeatTerms } from "./grant.ts";
import type { LicencePool } from "./pool.ts";

export type PoolRow = {
  readonly id: string;
  readonly account_id: string;
  readonly order_id: string;
  readonly kind: LicencePool["kind"];
  readonly application: string | null;
  readonly seats: number;
  readonly from_ms: number;
  readonly until_ms: number;
  readonly code: string;
};

export type SeatRow = {
  readonly pool_id: string;
  readonly device_key: string;
  readonly device_id: string;
  readonly nonce: number;
  readonly taken_ms: number;
  readonly lease_until_ms: number;
  readonly released_ms: number | null;
};

export function poolOf(row: PoolRow, seats: readonly SeatTerms[], nowMs: number): LicencePool {
  return {
    id: row.id,
    accountId: row.account_id,
    orderId: row.order_id,
    kind: row.kind,
    application: row.application,
    code: row.code,
    seats: row.seats,
    seatsTaken: seats.filter(({ leaseUntilMs }) => leaseUntilMs > nowMs).length,
    fromMs: row.from_ms,
    untilMs: row.until_ms,
  };
}

export function seatOf(row: SeatRow): SeatTerms {
  return {
    deviceKey: row.device_key,
    deviceId: row.device_id,
    nonce: row.nonce,
    takenMs: row.taken_ms,
    leaseUntilMs: row.lease_until_ms,
    releasedMs: row.released_ms,
  };
}
