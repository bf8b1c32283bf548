import type { KeyObject } from "node:crypto";
import { type Static, Type } from "typebox";
import type { Frozen } from "../../../config/frozen.ts";
import { leaseSchema } from "../../content/licence/lease.ts";
import { type LicenceRequest, readRequest } from "../../content/licence/request.ts";
import { sealed } from "../../content/licence/seal.ts";
import { readCode } from "./code.ts";
import {
  type Grant,
  grant,
  type LicenceRefusal,
  type LicenceRefusalCode,
  type Shelf,
} from "./grant.ts";

/** The answer to who gets a lease: status 200. */
export const leaseAnswerSchema = Type.Object({ lease: leaseSchema });

/** The answer to who gets none. */
export const leaseRefusalSchema = Type.Object({
  code: Type.String({ description: "WRONG_CODE, NO_SEAT, POOL_OVER, ...; codes are only added" }),
  message: Type.String(),
});

type Answer = Frozen<Static<typeof leaseAnswerSchema> | Static<typeof leaseRefusalSchema>>;

/** How a pool is found: by the code that somebody typed, or by the lease that is to be renewed. */
export type PoolKey = { readonly activation: string } | { readonly pool: string };

/** Where pools and seats are kept. */
export interface LicenceBook {
  /**
   * Calls `decide` with the pool, undefined where there is none, while nobody else changes its
   * seats; keeps the seat of a grant, in place of the one with the same key, before it resolves.
   */
  settle(by: PoolKey, decide: (shelf: Shelf | undefined) => Decision): Promise<Decision>;
}

export type Decision = Grant | LicenceRefusal;

interface Desk {
  readonly book: LicenceBook;
  /** The studio's Ed25519 key, whose public half is in `licence.signers` of the devices. */
  readonly key: KeyObject;
  newId(): string;
}

/**
 * Answers the body of `POST /api/v1/licences/activate` or `/renew`. A request that was carried
 * here in a file or a picture is answered in the same way; its lease goes back as a file.
 */
export async function answerLicenceRequest(
  kind: "activate" | "renew",
  body: Uint8Array,
  { book, key, newId }: Desk,
  nowMs: number,
): Promise<{ readonly status: number; readonly body: Answer }> {
  const read = readRequest(body);
  if ("error" in read) return refused("BAD_REQUEST", read.error.message);
  const by = poolKeyOf(kind, read.request);
  if ("message" in by) return refused(by.code, by.message);
  const decision = await book.settle(by, (shelf) => {
    if (!shelf) return kind === "activate" ? wrongCode : unknownPool;
    // Whoever knows the name of a pool could take its seats, were it not for this.
    const isKnown = shelf.seats.some(({ deviceKey }) => deviceKey === read.request.device);
    if (kind === "renew" && !isKnown) return unseated;
    return grant(shelf, read.request, nowMs, newId());
  });
  if ("lease" in decision) return { status: 200, body: { lease: sealed(decision.lease, key) } };
  return refused(decision.code, decision.message);
}

function poolKeyOf(
  kind: "activate" | "renew",
  { code, pool }: LicenceRequest,
): PoolKey | LicenceRefusal {
  if (kind === "renew") return pool === null ? unknownPool : { pool };
  const written = code === null ? undefined : readCode(code);
  return written === undefined ? wrongCode : { activation: written };
}

function refused(code: LicenceRefusalCode, message: string) {
  return { status: statuses[code], body: { code, message } };
}

const statuses: Readonly<Record<LicenceRefusalCode, number>> = {
  BAD_REQUEST: 400,
  WRONG_CODE: 404,
  UNKNOWN_POOL: 404,
  NO_LEASE: 404,
  NO_SEAT: 409,
  REPLAYED: 409,
  STALE: 409,
  OTHER_APPLICATION: 409,
  RELEASED: 410,
  POOL_OVER: 410,
};

const wrongCode: LicenceRefusal = {
  code: "WRONG_CODE",
  message: "Cannot give a licence: nobody knows this code, that of a pool is due",
};

const unknownPool: LicenceRefusal = {
  code: "UNKNOWN_POOL",
  message: "Cannot renew a licence: nobody knows its pool, an activation code is due",
};

const unseated: LicenceRefusal = {
  code: "NO_LEASE",
  message: "Cannot renew a licence: this device has none of its pool, an activation code is due",
};
