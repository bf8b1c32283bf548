import { createHash } from "node:crypto";
import {
  type Key,
  Metadata,
  MetaFile,
  Root,
  Snapshot,
  type TargetFile,
  Targets,
  Timestamp,
} from "@tufjs/models";
import type { Kind, Kinds } from "../../content/trust/metadata.ts";
import { canonical } from "../../job/payload.ts";
import { must } from "./trouble.ts";

/** Keys that speak for a role, and how many of them must. */
export interface RoleKeys {
  readonly keys: readonly Key[];
  readonly threshold: number;
}

/** What is changed of a role; what is left out stays. */
export interface RoleChange {
  readonly add: readonly Key[];
  /** Ids of keys. */
  readonly remove: readonly string[];
  readonly threshold?: number | undefined;
}

/** Number and end of a sheet. */
export interface Issue {
  readonly version: number;
  /** As `2030-01-01T00:00:00Z`. */
  readonly expires: string;
}

const specVersion = "1.0.33";

/** A root that gives each role its keys; nobody has signed it. Throws RepositoryError. */
export function rootOf(
  roles: Readonly<Record<Kind, RoleKeys>>,
  { version, expires }: Issue,
): Metadata<Root> {
  const used = Object.entries(roles).flatMap(([role, { keys, threshold }]) => {
    must(threshold >= 1 && threshold <= keys.length, `give role ${role} its keys`, () => {
      return `${threshold} signatures of ${keys.length} keys are asked, 1 to ${keys.length} can be`;
    });
    return keys;
  });
  return read("root", {
    ...{ _type: "root", spec_version: specVersion, version, expires, consistent_snapshot: true },
    keys: Object.fromEntries(used.map((key) => [key.keyID, key.toJSON()])),
    roles: Object.fromEntries(
      Object.entries(roles).map(([role, { keys, threshold }]) => {
        return [role, { keyids: keys.map(({ keyID }) => keyID), threshold }];
      }),
    ),
  });
}

/** The keys that a root gives to each role. */
export function rolesOf({ roles, keys }: Root): Record<Kind, RoleKeys> {
  const of = (role: Kind): RoleKeys => {
    const { keyIDs = [], threshold = 1 } = roles[role] ?? {};
    return { keys: keyIDs.flatMap((id) => keys[id] ?? []), threshold };
  };
  const [root, timestamp] = [of("root"), of("timestamp")];
  return { root, timestamp, snapshot: of("snapshot"), targets: of("targets") };
}

/** Throws RepositoryError when a key that is to go is none of the role's. */
export function changedKeys({ keys, threshold }: RoleKeys, change: RoleChange): RoleKeys {
  const known = new Set(keys.map(({ keyID }) => keyID));
  for (const id of change.remove) {
    must(known.has(id), `remove key ${id}`, () => `keys of this role are ${[...known].join(", ")}`);
  }
  const kept = keys.filter(({ keyID }) => !change.remove.includes(keyID));
  const more = change.add.filter(({ keyID }) => !kept.some((key) => key.keyID === keyID));
  return { keys: [...kept, ...more], threshold: change.threshold ?? threshold };
}

export function targetsOf(files: readonly TargetFile[], issue: Issue): Metadata<Targets> {
  const targets = Object.fromEntries(files.map((file) => [file.path, file]));
  return new Metadata(new Targets({ ...issue, specVersion, targets }));
}

export function snapshotOf(targets: Uint8Array, version: number, issue: Issue): Metadata<Snapshot> {
  const meta = { "targets.json": metaOf(targets, version) };
  return new Metadata(new Snapshot({ ...issue, specVersion, meta }));
}

export function timestampOf(
  snapshot: Uint8Array,
  version: number,
  issue: Issue,
): Metadata<Timestamp> {
  const snapshotMeta = metaOf(snapshot, version);
  return new Metadata(new Timestamp({ ...issue, specVersion, snapshotMeta }));
}

/** The same content with another number and end, signed by nobody. */
export function reissued<K extends "root" | "targets">(
  role: K,
  metadata: Metadata<Kinds[K]>,
  { version, expires }: Issue,
): Metadata<Kinds[K]> {
  return read(role, { ...metadata.signed.toJSON(), version, expires });
}

/** The bytes that are served: JSON without blanks, names in order, signatures by key. */
export function bytesOf(metadata: Metadata<Kinds[Kind]>): Uint8Array {
  const signatures = Object.values(metadata.signatures)
    .sort((a, b) => (a.keyID < b.keyID ? -1 : 1))
    .map((signature) => signature.toJSON());
  const signed = metadata.signed.toJSON();
  return new TextEncoder().encode(`${canonical({ signatures, signed })}\n`);
}

function metaOf(bytes: Uint8Array, version: number): MetaFile {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return new MetaFile({ version, length: bytes.length, hashes: { sha256 } });
}

function read<K extends "root" | "targets">(role: K, signed: object): Metadata<Kinds[K]> {
  const model = { root: Root, targets: Targets }[role];
  const data = JSON.parse(JSON.stringify(signed)) as Parameters<typeof Root.fromJSON>[0];
  return new Metadata<Root | Targets>(model.fromJSON(data)) as Metadata<Kinds[K]>;
}
