import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { topicsOf } from "../../runtime/fleet/topics.ts";

/** A device that is to become one of a fleet. */
interface Provision {
  readonly device: string;
  /** As `mqtts://broker.example:8883`. */
  readonly broker: string;
  readonly root: string;
  /** Where its files are to be made; a key that lies there is never written over. */
  readonly folder: string;
  /** Where they will lie on the device. */
  readonly home: string;
  /** Where its avatars come from; undefined: none do. */
  readonly repository?: string | undefined;
}

/**
 * Makes a device's private key (P-256, for its owner's eyes only), a certificate request whose CN
 * is the device's name, and its site configuration. Returns the files; the key never leaves them.
 */
export function provision({ device, broker, root, folder, home, repository }: Provision) {
  // Throws what is wrong with a name that could not be a topic.
  topicsOf(root, device);
  const files = {
    key: join(folder, "device.key"),
    request: join(folder, "device.csr"),
    config: join(folder, "config.json"),
  };
  if (existsSync(files.key)) {
    throw new Error(`Cannot provision ${device}: ${files.key} is there already, it must be new`);
  }
  mkdirSync(folder, { recursive: true });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(files.key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  chmodSync(files.key, 0o600);
  const subject = ["-subj", `/CN=${device}`];
  openssl(["req", "-new", "-sha256", "-key", files.key, "-out", files.request, ...subject]);
  const lies = (name: string): string => join(home, name);
  const config = {
    device,
    broker: {
      url: broker,
      caFile: lies("ca.crt"),
      certFile: lies("device.crt"),
      keyFile: lies("device.key"),
    },
    ...(root === "frontdesk" ? {} : { fleet: { root } }),
    ...(repository === undefined ? {} : { content: { repository, rootFile: lies("root.json") } }),
  };
  writeFileSync(files.config, `${JSON.stringify(config, undefined, 2)}\n`);
  return files;
}

function openssl(args: readonly string[]): void {
  try {
    execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: Buffer };
    const hint = "it is not installed, install it with: apt-get install openssl";
    const reason = code === "ENOENT" ? hint : stderr?.toString().trim() || message;
    throw new Error(`Cannot run openssl: ${reason}`, { cause: error });
  }
}
