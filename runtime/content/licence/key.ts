import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Disk } from "../../../drivers/disk/disk.ts";
import type { Trace } from "../../diagnostics/trace.ts";
import { publicKeyOf } from "./seal.ts";

/** Who a device is to the studio: an Ed25519 key that never leaves it. */
export interface DeviceKey {
  readonly secret: KeyObject;
  /** The 32 bytes of the public half in base64. */
  readonly name: string;
}

/** The device's key as it lies on the disk (PKCS #8, PEM); undefined: there is none. */
export async function readDeviceKey(disk: Pick<Disk, "read">): Promise<DeviceKey | undefined> {
  const pem = await disk.read(fileName);
  if (pem === undefined) return undefined;
  try {
    const secret = createPrivateKey(Buffer.from(pem));
    if (secret.asymmetricKeyType === "ed25519") return { secret, name: publicKeyOf(secret) };
    throw new Error(`it is of type ${secret.asymmetricKeyType}, ed25519 is due`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceKeyError(`Cannot read ${fileName}: ${reason}`, { cause });
  }
}

/**
 * The device's key, made at the first call and kept for its owner alone. A file that is damaged is
 * noted and replaced: no lease for the key that it held can ever be used again. Rejects with the
 * system's reason where the file may not be read or made.
 */
export async function openDeviceKey(disk: Disk, trace: Trace): Promise<DeviceKey> {
  try {
    const key = await readDeviceKey(disk);
    if (key) return key;
  } catch (error) {
    if (!(error instanceof DeviceKeyError)) throw error;
    trace.note({ area: "licence", kind: "key-damaged", reason: error.message });
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  await disk.replace(fileName, new TextEncoder().encode(pem.toString()), "owner");
  return { secret: privateKey, name: publicKeyOf(privateKey) };
}

/** The file is there and holds no key. */
class DeviceKeyError extends Error {
  override readonly name = "DeviceKeyError";
}

const fileName = "licence.key";
