import { createPublicKey, type KeyObject, sign } from "node:crypto";
import { canonical } from "../../job/payload.ts";

/** A document with its seal, as `signatureError` reads it. */
export type Sealed<T> = T & { readonly signature: string };

/**
 * Adds the field `signature`: the base64 of Ed25519 (RFC 8032) over the document as JSON with the
 * keys of every object in the order of their code units and no blanks.
 */
export function sealed<T extends object>(document: T, key: KeyObject): Sealed<T> {
  const signature = sign(null, Buffer.from(canonical(document)), key).toString("base64");
  return { ...document, signature };
}

/** The 32 bytes of the public half, in base64: how signers and devices are named. */
export function publicKeyOf(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url").toString("base64");
}
