import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Key } from "@tufjs/models";
import type { Kind } from "../../runtime/content/trust/metadata.ts";
import { readPublicKey, readSigner, type Signer } from "../../runtime/studio/repo/key.ts";
import type { RoleKeys } from "../../runtime/studio/repo/sheets.ts";

const roles = ["root", "targets", "snapshot", "timestamp"] as const;

/** Makes a key (PKCS #8, PEM, for its owner alone) and, beside it, its public half. */
export function makeRepositoryKey(file: string): Key {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  writeFileSync(file, pem, { mode: 0o600, flag: "wx" });
  const half = createPublicKey(privateKey).export({ format: "pem", type: "spki" });
  writeFileSync(publicName(file), half);
  return readPublicKey(pem, file);
}

/** Private keys of files and of folders that hold `*.pem`; public halves sign nothing. */
export function readSigners(paths: readonly string[]): readonly Signer[] {
  return paths.flatMap(pemFiles).flatMap((file) => {
    const pem = readFileSync(file, "utf8");
    return pem.includes("PRIVATE KEY") ? [readSigner(pem, file)] : [];
  });
}

/** The public half of a key in a file, whichever half it holds. */
export function readKeyFile(file: string): Key {
  return readPublicKey(readFileSync(file), file);
}

/**
 * The keys of a new repository: of a role those of `ROLE.pem` and `ROLE-*.pem` in the folder,
 * private or public; where there is none, one is made.
 */
export function keysOfRoles(
  folder: string,
  thresholds: Readonly<Partial<Record<Kind, number>>>,
): Readonly<Record<Kind, RoleKeys>> {
  mkdirSync(folder, { recursive: true });
  const of = (role: Kind): RoleKeys => {
    const files = pemFiles(folder).filter((file) => isOfRole(file, role));
    const made = files.length === 0 ? [makeRepositoryKey(join(folder, `${role}.pem`))] : [];
    const read = new Map(files.map(readKeyFile).map((key) => [key.keyID, key]));
    return { keys: [...made, ...read.values()], threshold: thresholds[role] ?? 1 };
  };
  const [root, targets, snapshot, timestamp] = roles.map(of);
  return { root, targets, snapshot, timestamp } as Readonly<Record<Kind, RoleKeys>>;
}

function isOfRole(file: string, role: Kind): boolean {
  return new RegExp(`(^|/)${role}(-[^/]*)?(\\.pub)?\\.pem$`).test(file);
}

/** The file itself, or those of the folder, in order. */
function pemFiles(path: string): readonly string[] {
  if (path.endsWith(".pem")) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith(".pem"));
  return names.sort().map((name) => join(path, name));
}

function publicName(file: string): string {
  return file.replace(/(\.pem)?$/, ".pub.pem");
}
