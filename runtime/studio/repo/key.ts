import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { Key } from "@tufjs/models";
import { canonical } from "../../job/payload.ts";
import { RepositoryError } from "./trouble.ts";

/** The private half of a key of the repository. */
export interface Signer {
  readonly key: Key;
  /** Ed25519 (RFC 8032), in hex. */
  sign(bytes: Uint8Array): string;
}

/** A signer of an Ed25519 key in PEM (PKCS #8). Throws RepositoryError. */
export function readSigner(pem: string | Uint8Array, file: string): Signer {
  const secret = readPem(file, () => createPrivateKey(Buffer.from(pem)));
  return {
    key: keyOf(createPublicKey(secret)),
    sign: (bytes) => sign(null, bytes, secret).toString("hex"),
  };
}

/** The public half, of a public key in PEM (SPKI) or of a private one. Throws RepositoryError. */
export function readPublicKey(pem: string | Uint8Array, file: string): Key {
  return keyOf(readPem(file, () => createPublicKey(Buffer.from(pem))));
}

/**
 * As metadata lists it. Its id is the SHA-256 of its canonical JSON, as TUF specification 1.0.33,
 * section 4.2 asks; `canonical` writes the same bytes for such short plain text.
 */
function keyOf(publicKey: KeyObject): Key {
  const point = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const keyVal = { public: point.toString("hex") };
  const described = { keytype: "ed25519", scheme: "ed25519", keyval: keyVal };
  const keyID = createHash("sha256").update(canonical(described)).digest("hex");
  return new Key({ keyID, keyType: "ed25519", scheme: "ed25519", keyVal });
}

function readPem(file: string, read: () => KeyObject): KeyObject {
  const action = `use key ${file}`;
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new RepositoryError(action, "it is no key, an Ed25519 key in PEM is due");
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new RepositoryError(action, `it is of type ${key.asymmetricKeyType}, ed25519 is due`);
}
