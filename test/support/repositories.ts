import { generateKeyPairSync, sign } from "node:crypto";
import {
  Key,
  Metadata,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from "@tufjs/models";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import type { Fetch } from "../../drivers/fetch/fetch.ts";
import { ScriptedFetch } from "../../drivers/fetch/scripted.ts";
import { writeMoment } from "../../runtime/content/trust/moment.ts";
import type { Signer } from "../../runtime/studio/repo/key.ts";
import type { Place } from "../../runtime/studio/repo/published.ts";
import { readRelease } from "../../runtime/studio/repo/release.ts";
import { Repository } from "../../runtime/studio/repo/repository.ts";
import { usualDays } from "../../runtime/studio/repo/terms.ts";
import { Forger, forgedBase } from "../../scripts/bench/trust-forger.ts";
import { packageFiles } from "../unit/package.ts";

/** Folders in memory, each a disk of its own. */
export class MemoryPlace {
  readonly #disks = new Map<string, MemoryDisk>();

  readonly place: Place = async (folder) => this.disk(folder);

  disk(folder: string): MemoryDisk {
    const found = this.#disks.get(folder) ?? new MemoryDisk();
    this.#disks.set(folder, found);
    return found;
  }

  /** The same files, as a restart finds them. */
  restarted(): MemoryPlace {
    const again = new MemoryPlace();
    for (const [folder, disk] of this.#disks) again.#disks.set(folder, disk.restarted());
    return again;
  }

  /** Serves them below the forger's address. */
  get fetch(): Fetch {
    return {
      get: async (url, wish, abort) => {
        const parts = url
          .slice(forgedBase.length + 1)
          .split("/")
          .map(decodeURIComponent);
        const bytes = await this.disk(parts.slice(0, -1).join("/")).read(parts.at(-1) ?? "");
        return new ScriptedFetch(bytes ? { [url]: bytes } : {}).get(url, wish, abort);
      },
    };
  }
}

/** What the studio's tools make: the package `small` as version 1.0.0, keys of a forger. */
export async function studioRepository(nowMs: number) {
  const [memory, forger] = [new MemoryPlace(), new Forger(nowMs)];
  const signers: Signer[] = Object.values(forger.signers).flat();
  const keys = (role: keyof Forger["signers"]) => {
    return { keys: forger.signers[role].map(({ key }) => key), threshold: 1 };
  };
  const roles = { root: keys("root"), timestamp: keys("timestamp") };
  const more = { snapshot: keys("snapshot"), targets: keys("targets") };
  const repository = await Repository.create(memory.place, { ...roles, ...more }, usualDays, nowMs);
  await repository.publish(signers, nowMs);
  const files = await packageFiles();
  await repository.addRelease(await readRelease(new MemoryDisk(files), "1.0.0"), nowMs);
  await repository.publish(signers, nowMs);
  const rootFile = (await memory.disk("metadata").read("1.root.json")) ?? new Uint8Array();
  /** Every role gets another key, one root after the other. */
  const rotateAll = async () => {
    for (const role of ["root", "targets", "snapshot", "timestamp"] as const) {
      const [before] = forger.signers[role];
      const signer = forger.newSigner();
      signers.push(signer);
      const remove = before ? [before.key.keyID] : [];
      await repository.rotate(role, { add: [signer.key], remove }, nowMs);
      await repository.publish(signers, nowMs);
    }
  };
  return { repository, memory, signers, forger, files, rootFile, rotateAll, fetch: memory.fetch };
}

/**
 * As other tools make them: other keys, indented, no consistent snapshots, no hashes in between,
 * and a role that is delegated to as tuf-on-ci does it.
 */
export function foreignRepository(nowMs: number): { fetch: Fetch; rootFile: Uint8Array } {
  const [root, rest] = [keyPair("ecdsa"), keyPair("rsa")];
  const issue = { version: 1, specVersion: "1.0.31", expires: writeMoment(nowMs + 86_400_000) };
  const first = new Root({ ...issue, consistentSnapshot: false });
  first.addKey(root.key, "root");
  for (const role of ["timestamp", "snapshot", "targets"]) first.addKey(rest.key, role);
  const hashes = { sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" };
  const targets = delegating(issue, root.key);
  targets.addTarget(new TargetFile({ path: "file.txt", length: 5, hashes }));
  const delegated = new Targets(issue);
  delegated.addTarget(new TargetFile({ path: "delegatedrole/a/artifact", length: 5, hashes }));
  const meta = {
    "targets.json": new MetaFile({ version: 1 }),
    "delegatedrole.json": new MetaFile({ version: 1 }),
  };
  const rootFile = written(new Metadata(first), root);
  const files = {
    "timestamp.json": written(new Metadata(new Timestamp(issue)), rest),
    "snapshot.json": written(new Metadata(new Snapshot({ ...issue, meta })), rest),
    "targets.json": written(new Metadata(targets), rest),
    "delegatedrole.json": written(new Metadata(delegated), root),
  };
  const served = Object.entries(files).map(([name, bytes]) => [
    `${forgedBase}/metadata/${name}`,
    bytes,
  ]);
  return { fetch: new ScriptedFetch(Object.fromEntries(served)), rootFile };
}

/** An empty list by the side of which a role speaks of its folder, four levels deep. */
function delegating(issue: ConstructorParameters<typeof Targets>[0], key: Key): Targets {
  const paths = [1, 2, 3, 4].map((levels) => `delegatedrole${"/*".repeat(levels)}`);
  const role = {
    name: "delegatedrole",
    keyids: [key.keyID],
    threshold: 1,
    terminating: true,
    paths,
  };
  const keys = { [key.keyID]: { ...key.toJSON(), "x-keyowner": "@somebody" } };
  const empty = new Targets(issue).toJSON();
  return Targets.fromJSON({
    ...empty,
    "x-expiry-period": 7300,
    delegations: { keys, roles: [role] },
  });
}

interface Pair {
  readonly key: Key;
  sign(bytes: Uint8Array): string;
}

function keyPair(kind: "ecdsa" | "rsa"): Pair {
  const { publicKey, privateKey } =
    kind === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 2048 })
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const scheme = kind === "rsa" ? "rsassa-pss-sha256" : "ecdsa-sha2-nistp256";
  const keyVal = { public: String(publicKey.export({ format: "pem", type: "spki" })) };
  const key = new Key({ keyID: `the ${kind} key`, keyType: kind, scheme, keyVal });
  const padding = kind === "rsa" ? { padding: pssPadding } : {};
  return {
    key,
    sign: (bytes) => sign("sha256", bytes, { key: privateKey, ...padding }).toString("hex"),
  };
}

/** RSA_PKCS1_PSS_PADDING of OpenSSL. */
const pssPadding = 6;

function written(
  metadata: Metadata<Root | Timestamp | Snapshot | Targets>,
  pair: Pair,
): Uint8Array {
  const { key } = pair;
  metadata.sign((bytes) => new Signature({ keyID: key.keyID, sig: pair.sign(bytes) }));
  return Buffer.from(JSON.stringify(metadata.toJSON(), null, 1));
}
