import { createPublicKey, verify } from "node:crypto";
import type { JobError } from "./job.ts";
import { canonical } from "./payload.ts";

/**
 * Why a signed document is not to be trusted; undefined when it is, or when nobody has to sign.
 *
 * The field `signature` is the base64 of Ed25519 (RFC 8032) over the document without that field,
 * as JSON with the keys of every object in the order of their code units and no blanks. `signers`
 * are public keys: the 32 bytes in base64.
 */
export function signatureError(
  body: Readonly<Record<string, unknown>>,
  signers: readonly string[],
): JobError | undefined {
  if (signers.length === 0) return undefined;
  const { signature, ...rest } = body;
  if (typeof signature !== "string") return untrusted("it has none, one of a known key is due");
  const bytes = Buffer.from(canonical(rest));
  const seal = Buffer.from(signature, "base64");
  if (signers.some((signer) => fits(signer, bytes, seal))) return undefined;
  return untrusted(`it fits none of ${signers.length} known keys`);
}

function fits(signer: string, bytes: Uint8Array, seal: Uint8Array): boolean {
  const x = Buffer.from(signer, "base64");
  if (x.length !== keyBytes || seal.length !== sealBytes) return false;
  const jwk = { kty: "OKP", crv: "Ed25519", x: x.toString("base64url") };
  return verify(null, bytes, createPublicKey({ key: jwk, format: "jwk" }), seal);
}

const keyBytes = 32;
const sealBytes = 64;

function untrusted(reason: string): JobError {
  const message = `Cannot trust the signature: ${reason}`;
  return { code: "UNTRUSTED", message, path: "/signature", retryable: false };
}
