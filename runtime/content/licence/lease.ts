import { type Static, Type } from "typebox";
import type { Frozen } from "../../../config/frozen.ts";
import { limits } from "../../../config/limits.ts";
import { readPayload } from "../../job/payload.ts";
import { schemaErrors } from "../../job/schema.ts";

/** The 32 bytes of an Ed25519 key in base64. */
export const keySchema = Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" });

/** Who shares a licence that is for an application. */
export const applicationSchema = Type.String({ pattern: "^[a-z0-9.-]{1,64}$" });

/** The 64 bytes of an Ed25519 signature in base64. */
export const signatureSchema = Type.String({ pattern: "^[A-Za-z0-9+/]{86}==$" });

const moment = (description: string) =>
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description: `${description}; milliseconds since 1970 UTC`,
  });

/**
 * A lease: for so long one device may be used. The studio signs it; it names the device by that
 * device's own key, so that a copy is of no use elsewhere. Fields it does not name are kept, and
 * the signature covers them.
 */
export const leaseSchema = Type.Object({
  format: Type.Literal("frontdesk-lease"),
  version: Type.Literal(1),
  id: Type.String({ pattern: "^[0-9A-HJKMNP-TV-Z]{26}$", description: "A ULID" }),
  pool: Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$", description: "What it was taken from" }),
  device: keySchema,
  application: Type.Union([applicationSchema, Type.Null()], {
    description: "The application that it is for; null: whatever the device does",
  }),
  test: Type.Boolean({ description: "For trying out" }),
  nonce: Type.Integer({ minimum: 0, description: "Of the request that it answers" }),
  issuedMs: moment("When the studio made it"),
  notBeforeMs: moment("From when it holds"),
  renewAfterMs: moment("From when another one should be asked for"),
  expiresMs: moment("Until when it holds"),
  signature: signatureSchema,
});

export type Lease = Frozen<Static<typeof leaseSchema>>;

/** A lease as it stands in its file, or what is wrong with the file. */
export type ReadLease = { readonly lease: Lease } | { readonly reason: string };

/** Reads a lease. Whether anybody may go by it is not told here. */
export function readLease(bytes: Uint8Array): ReadLease {
  const most = limits.licenceBytesMax;
  if (bytes.length > most) return { reason: `it has ${bytes.length} bytes, limit is ${most}` };
  const read = readPayload(bytes, "lease");
  if ("error" in read) return { reason: withoutAction(read.error.message) };
  const [error] = schemaErrors(leaseSchema, read.body);
  if (error) return { reason: `${error.path?.slice(1)}: ${withoutAction(error.message)}` };
  const lease = read.body as unknown as Lease;
  const { notBeforeMs, renewAfterMs, expiresMs } = lease;
  const isInOrder = notBeforeMs <= renewAfterMs && renewAfterMs <= expiresMs;
  if (isInOrder) return { lease };
  return { reason: "its times are not in order: notBeforeMs, renewAfterMs, expiresMs are due" };
}

/** The file of a lease. */
export function writeLease(lease: Lease): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(lease, undefined, 2)}\n`);
}

function withoutAction(message: string): string {
  return message.slice(message.indexOf(": ") + 2);
}
