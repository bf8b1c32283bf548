import { limits } from "../../../config/limits.ts";
import type { Lease } from "../../content/licence/lease.ts";
import type { LicenceRequest } from "../../content/licence/request.ts";

/** What a pool allows. */
export interface PoolTerms {
  readonly id: string;
  readonly kind: "bought" | "test";
  /** The application that its leases are for; null: whatever a device does. */
  readonly application: string | null;
  /** Devices that may hold a lease at a time. */
  readonly seats: number;
  /** No lease goes beyond. */
  readonly untilMs: number;
}

/** A device's place in a pool. A seat is kept for ever; it is taken while its lease runs. */
export interface SeatTerms {
  /** The device's public key: 32 bytes in base64. */
  readonly deviceKey: string;
  /** What the device called itself last. */
  readonly deviceId: string;
  /** Of the last request that was granted. */
  readonly nonce: number;
  readonly takenMs: number;
  readonly leaseUntilMs: number;
  /** Given up: the lease runs to its end, and no other one follows. */
  readonly releasedMs: number | null;
}

/** A pool with all seats that were ever taken. */
export interface Shelf {
  readonly pool: PoolTerms;
  readonly seats: readonly SeatTerms[];
}

export type LicenceRefusalCode =
  | "BAD_REQUEST"
  | "WRONG_CODE"
  | "UNKNOWN_POOL"
  | "NO_LEASE"
  | "NO_SEAT"
  | "POOL_OVER"
  | "OTHER_APPLICATION"
  | "RELEASED"
  | "REPLAYED"
  | "STALE";

/** Why there is no lease; nothing has changed. */
export interface LicenceRefusal {
  readonly code: LicenceRefusalCode;
  /** "Cannot <action>: <what is>, <what should be>". */
  readonly message: string;
}

/** What to sign, and the seat as it is to be kept from now on. */
export interface Grant {
  readonly lease: Omit<Lease, "signature">;
  readonly seat: SeatTerms;
}

/** Ten devices for thirty days: what somebody gets who wants to try. */
export const testTerms = { seats: 10, lifeMs: 30 * 24 * 3_600_000 } as const;

/**
 * A lease out of a pool, or why not. The device that asks again keeps its seat and takes no second
 * one; a seat is free again when its lease has ended, so that never more leases run than there are
 * seats. A lease lasts `limits.licenceMs`, or until the pool is over; a third of that before its
 * end another one is to be asked for. `leaseId`: a new ULID.
 */
export function grant(
  { pool, seats }: Shelf,
  request: LicenceRequest,
  nowMs: number,
  leaseId: string,
): Grant | LicenceRefusal {
  const own = seats.find(({ deviceKey }) => deviceKey === request.device);
  const refusal = refusalOf({ pool, seats }, own, request, nowMs);
  if (refusal) return refusal;
  const expiresMs = Math.min(nowMs + limits.licenceMs, pool.untilMs);
  const renewAfterMs = nowMs + Math.floor((expiresMs - nowMs) * renewShare);
  const lease = {
    ...({ format: "frontdesk-lease", version: 1, id: leaseId, pool: pool.id } as const),
    ...{ device: request.device, application: pool.application, test: pool.kind === "test" },
    ...{ nonce: request.nonce, issuedMs: nowMs, notBeforeMs: nowMs, renewAfterMs, expiresMs },
  };
  const { device: deviceKey, name: deviceId, nonce } = request;
  const takenMs = own?.takenMs ?? nowMs;
  // A shorter lease does not end the longer one that the device may still hold.
  const leaseUntilMs = Math.max(expiresMs, own?.leaseUntilMs ?? 0);
  const seat = { deviceKey, deviceId, nonce, takenMs, leaseUntilMs, releasedMs: null };
  return { lease, seat };
}

/** Seats that nobody holds at `nowMs`. */
export function freeSeats({ pool, seats }: Shelf, nowMs: number): number {
  return pool.seats - seats.filter(({ leaseUntilMs }) => leaseUntilMs > nowMs).length;
}

function refusalOf(
  shelf: Shelf,
  own: SeatTerms | undefined,
  request: LicenceRequest,
  nowMs: number,
): LicenceRefusal | undefined {
  const { pool } = shelf;
  const replayed = replayOf(own, request, nowMs);
  if (replayed) return replayed;
  if (nowMs >= pool.untilMs) {
    return refuse("POOL_OVER", "the time of these licences is over, a renewal is due");
  }
  if (pool.application !== null && request.application !== pool.application) {
    const is = request.application ?? "no application";
    return refuse("OTHER_APPLICATION", `the device is for ${is}, ${pool.application} is due`);
  }
  if (own?.releasedMs != null) {
    return refuse("RELEASED", "the seat of this device was given up, another pool's code is due");
  }
  const isSeated = own !== undefined && own.leaseUntilMs > nowMs;
  if (isSeated || freeSeats(shelf, nowMs) > 0) return undefined;
  return refuse("NO_SEAT", `all ${pool.seats} seats are taken, a free one is due`);
}

/** Somebody repeats what a device once said, or carried it about for too long. */
function replayOf(
  own: SeatTerms | undefined,
  { nonce, atMs }: LicenceRequest,
  nowMs: number,
): LicenceRefusal | undefined {
  if (own !== undefined && nonce <= own.nonce) {
    return refuse("REPLAYED", `request ${nonce} was answered, one above ${own.nonce} is due`);
  }
  if (atMs === null) return undefined;
  const oldDays = (nowMs - atMs) / dayMs;
  if (oldDays <= limits.licenceRequestDaysMax && oldDays >= -1) return undefined;
  const is = oldDays > 0 ? `${Math.floor(oldDays)} days old` : "from the future";
  const due = `one of at most ${limits.licenceRequestDaysMax} days is due`;
  return refuse("STALE", `the request is ${is}, ${due}; the clock of the device may be wrong`);
}

function refuse(code: LicenceRefusalCode, reason: string): LicenceRefusal {
  return { code, message: `Cannot give a licence: ${reason}` };
}

/** Two thirds: a device that was last online the day before is good for 30 days (of 90). */
const renewShare = 2 / 3;
const dayMs = 24 * 3_600_000;
