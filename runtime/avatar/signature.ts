import { createHash, createPublicKey, verify } from "node:crypto";
import Type, { type Static } from "typebox";
import { limits } from "../../config/limits.ts";
import { readDocument } from "./document.ts";
import { AvatarError, demand } from "./error.ts";

/**
 * `manifest.sig`: signatures by Ed25519 (RFC 8032) over the bytes of `manifest.json` as they are.
 * The manifest holds the hash of every other file, so they cover the whole package.
 */
export type Signatures = Static<typeof signaturesSchema>;

const signaturesSchema = Type.Object({
  format: Type.Literal("frontdesk-signatures"),
  version: Type.Literal(1),
  signatures: Type.Array(
    Type.Object({
      key: Type.String({ pattern: "^[0-9a-f]{16}$" }),
      signature: Type.String({ pattern: "^[A-Za-z0-9+/]{86}==$" }),
    }),
    { maxItems: limits.avatarSignaturesMax },
  ),
});

/**
 * Throws AvatarError unless one of `signers` signed the manifest. They are public keys, 32 bytes in
 * base64; nobody has to sign when there are none.
 */
export function demandSignature(
  manifest: Uint8Array,
  signatures: Uint8Array | undefined,
  signers: readonly string[],
): void {
  if (signers.length === 0) return;
  const due = `one of ${signers.length} keys of avatar.signers is due`;
  if (signatures === undefined)
    throw new AvatarError(`it is not signed, ${due}`, undefined, "untrusted");
  const by = signersOf(manifest, signatures, signers);
  if (by.length === 0) throw new AvatarError(`no signature fits, ${due}`, undefined, "untrusted");
}

/** Those of `signers` whose signature fits the manifest; throws AvatarError. */
export function signersOf(
  manifest: Uint8Array,
  signatures: Uint8Array,
  signers: readonly string[],
): readonly string[] {
  const list = readSignatures(signatures).signatures;
  return signers.filter((signer) => {
    const key = keyId(signer);
    return list.some((one) => one.key === key && fits(signer, manifest, one.signature));
  });
}

/** Reads `manifest.sig`; throws AvatarError. */
export function readSignatures(bytes: Uint8Array): Signatures {
  const most = limits.avatarManifestBytesMax;
  demand(bytes.length <= most, () => `manifest.sig has ${bytes.length} bytes, limit is ${most}`);
  return readDocument("manifest.sig", bytes, signaturesSchema);
}

/** Names a public key: the first 16 hex digits of the SHA-256 of its 32 bytes. */
export function keyId(signer: string): string {
  return createHash("sha256").update(Buffer.from(signer, "base64")).digest("hex").slice(0, 16);
}

function fits(signer: string, bytes: Uint8Array, signature: string): boolean {
  const x = Buffer.from(signer, "base64");
  if (x.length !== keyBytes) return false;
  const jwk = { kty: "OKP", crv: "Ed25519", x: x.toString("base64url") };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return verify(null, bytes, key, Buffer.from(signature, "base64"));
}

const keyBytes = 32;
