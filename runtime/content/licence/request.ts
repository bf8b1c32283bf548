import { type Static, Type } from "typebox";
import type { Frozen } from "../../../config/frozen.ts";
import type { JobError } from "../../job/job.ts";
import { readPayload } from "../../job/payload.ts";
import { schemaErrors } from "../../job/schema.ts";
import { signatureError } from "../../job/signature.ts";
import type { DeviceKey } from "./key.ts";
import { applicationSchema, keySchema, signatureSchema } from "./lease.ts";
import { sealed } from "./seal.ts";

/**
 * What a device asks the studio: the body of `POST /api/v1/licences/activate` and `/renew`, and
 * what a technician carries there in a file or a picture. Signed with the device's own key.
 */
export const requestSchema = Type.Object({
  format: Type.Literal("frontdesk-licence-request"),
  version: Type.Literal(1),
  device: keySchema,
  name: Type.String({ pattern: "^[a-z0-9-]{1,64}$", description: "Of the device in its fleet" }),
  application: Type.Union([applicationSchema, Type.Null()]),
  code: Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()], {
    description: "The activation code; null: a renewal, or somebody at the studio chooses",
  }),
  pool: Type.Union([Type.String({ pattern: "^[A-Za-z0-9._-]{1,64}$" }), Type.Null()], {
    description: "Where the lease is from that is to be renewed; null: there is none",
  }),
  nonce: Type.Integer({ minimum: 1, description: "Higher in every request of one device" }),
  atMs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: "When it was made, in ms since 1970 UTC; null: the device does not know the time",
  }),
  signature: signatureSchema,
});

export type LicenceRequest = Frozen<Static<typeof requestSchema>>;

/** A request, signed with the key of the device that makes it. */
export function newRequest(
  { secret, name: device }: DeviceKey,
  wish: Omit<LicenceRequest, "format" | "version" | "device" | "signature">,
): LicenceRequest {
  const head = { format: "frontdesk-licence-request", version: 1, device } as const;
  return sealed({ ...head, ...wish }, secret);
}

/** A request that was signed by the device that it names, or why it is none. */
export function readRequest(
  bytes: Uint8Array,
): { readonly request: LicenceRequest } | { readonly error: JobError } {
  const read = readPayload(bytes, "licence request");
  if ("error" in read) return read;
  const [error] = schemaErrors(requestSchema, read.body);
  if (error) return { error };
  const request = read.body as unknown as LicenceRequest;
  const forged = signatureError(read.body, [request.device]);
  return forged ? { error: forged } : { request };
}
