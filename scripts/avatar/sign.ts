import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseManifest } from "../../runtime/avatar/manifest.ts";
import { keyId, readSignatures, type Signatures } from "../../runtime/avatar/signature.ts";

/** Makes a key in `file` (PKCS #8, PEM, for its owner alone); its public half in base64. */
export function makeKey(file: string): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  writeFileSync(file, pem, { mode: 0o600, flag: "wx" });
  return publicKeyOf(privateKey);
}

/**
 * Signs the package in a folder: adds to `manifest.sig`, or replaces what the same key signed
 * before. Returns the public key. Throws AvatarError when there is no manifest to sign.
 */
export function signPackage(folder: string, keyFile: string): string {
  const manifest = readFileSync(join(folder, "manifest.json"));
  parseManifest(manifest);
  const key = readKey(keyFile);
  const signer = publicKeyOf(key);
  const mine = { key: keyId(signer), signature: sign(null, manifest, key).toString("base64") };
  const file = join(folder, "manifest.sig");
  const before = existsSync(file) ? readSignatures(readFileSync(file)).signatures : [];
  const others = before.filter((one) => one.key !== mine.key);
  const signatures: Signatures = {
    format: "frontdesk-signatures",
    version: 1,
    signatures: [...others, mine],
  };
  writeFileSync(file, `${JSON.stringify(signatures, null, 2)}\n`);
  return signer;
}

function readKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType === "ed25519") return key;
    throw new Error(`it is of type ${key.asymmetricKeyType}, ed25519 is due`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot sign with ${file}: ${reason}`, { cause: error });
  }
}

/** The 32 bytes of the public half, in base64, as `avatar.signers` lists them. */
function publicKeyOf(key: KeyObject): string {
  const { x } = key.export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url").toString("base64");
}
