import type { Metadata, MetaFile } from "@tufjs/models";
import { readList } from "./list.ts";
import { expiryOf, type Kind, type Kinds, readMetadata } from "./metadata.ts";
import { demandBytes, demandFresh, demandSigned, isCurrent, type Sheet } from "./sheet.ts";
import { isRotated, signersOf } from "./signers.ts";
import { demand } from "./trouble.ts";

/**
 * What a client trusts (TUF specification 1.0.33, section 5): of every role the newest that was
 * verified. A step gives a new state or throws TrustError; the old one is as it was. `targets` may
 * be older than what `snapshot` names: it is the last list that was whole.
 */
export interface TrustState {
  readonly root: Sheet<"root">;
  readonly timestamp?: Sheet<"timestamp"> | undefined;
  readonly snapshot?: Sheet<"snapshot"> | undefined;
  readonly targets?: Sheet<"targets"> | undefined;
  /** Lists of delegated roles that were asked for, those asked last at the end. */
  readonly delegated?: ReadonlyMap<string, Sheet<"targets">> | undefined;
}

/** 5.2: begins with a root that came another way. Whether it has expired does not matter yet. */
export function beginWith(bytes: Uint8Array): TrustState {
  const metadata = readMetadata("root", bytes);
  demandSelfSigned(metadata);
  return { root: { bytes, metadata } };
}

/** 5.3.4 to 5.3.7 and 5.3.11: the next root of the chain. */
export function withRoot(state: TrustState, bytes: Uint8Array): TrustState {
  const [before, metadata] = [state.root.metadata.signed, readMetadata("root", bytes)];
  const after = metadata.signed;
  const { signed, due } = signersOf(before, "root", metadata);
  demand(signed >= due, "TRUST_ROOT_SIGNATURE", () => {
    return `${signed} keys of root ${before.version} signed the next, ${due} are due`;
  });
  const next = before.version + 1;
  const fault = () => `root has version ${after.version}, ${next} is due`;
  demand(after.version >= next, "TRUST_ROOT_ROLLBACK", fault);
  demand(after.version === next, "TRUST_ROOT_SKIPPED", fault);
  demandSelfSigned(metadata);
  const root = { bytes, metadata };
  const isFresh = isRotated(before, after, "timestamp") || isRotated(before, after, "snapshot");
  // Fast-forward recovery: what stolen keys have numbered must not bind.
  const { targets, delegated } = state;
  return stillSigned(isFresh ? { root, targets, delegated } : { ...state, root });
}

/** 5.3.10: throws when the last root of the chain has expired. */
export function demandFreshRoot({ root }: TrustState, nowMs: number): void {
  demandFresh("root", root, nowMs, "TRUST_ROOT_EXPIRED");
}

/** 5.4.2 to 5.4.4; the same state where its version is the one that is here. */
export function withTimestamp(state: TrustState, bytes: Uint8Array, nowMs: number): TrustState {
  const timestamp = { bytes, metadata: readMetadata("timestamp", bytes) };
  demandSigned("timestamp", signersOf(state.root.metadata.signed, "timestamp", timestamp.metadata));
  const [old, signed] = [state.timestamp?.metadata.signed, timestamp.metadata.signed];
  if (old !== undefined) {
    demand(signed.version >= old.version, "TRUST_TIMESTAMP_ROLLBACK", () => {
      return `timestamp has version ${signed.version}, ${old.version} was here`;
    });
    if (signed.version === old.version) return state;
    const [before, after] = [old.snapshotMeta.version, signed.snapshotMeta.version];
    demand(after >= before, "TRUST_SNAPSHOT_ROLLBACK", () => {
      return `timestamp names snapshot ${after}, ${before} was here`;
    });
  }
  demandFresh("timestamp", timestamp, nowMs, "TRUST_TIMESTAMP_EXPIRED");
  return { ...state, timestamp };
}

/** 5.4.4 for a timestamp that is here already. */
export function demandFreshTimestamp({ timestamp }: TrustState, nowMs: number): void {
  if (timestamp) demandFresh("timestamp", timestamp, nowMs, "TRUST_TIMESTAMP_EXPIRED");
}

/** 5.5.2 to 5.5.6: the snapshot that the timestamp names. */
export function withSnapshot(state: TrustState, bytes: Uint8Array, nowMs: number): TrustState {
  const named = namedSnapshot(state);
  demandBytes("snapshot", named, bytes);
  const snapshot = { bytes, metadata: readMetadata("snapshot", bytes) };
  demandSigned("snapshot", signersOf(state.root.metadata.signed, "snapshot", snapshot.metadata));
  const { version, meta } = snapshot.metadata.signed;
  demand(version === named.version, "TRUST_SNAPSHOT_MIXED", () => {
    return `snapshot has version ${version}, timestamp names ${named.version}`;
  });
  for (const [file, old] of Object.entries(state.snapshot?.metadata.signed.meta ?? {})) {
    const now = Object.hasOwn(meta, file) ? meta[file] : undefined;
    demand(now !== undefined, "TRUST_TARGETS_REMOVED", () => `snapshot lists ${file} no longer`);
    demand(now.version >= old.version, "TRUST_TARGETS_ROLLBACK", () => {
      return `snapshot names version ${now.version} of ${file}, ${old.version} was here`;
    });
  }
  demandFresh("snapshot", snapshot, nowMs, "TRUST_SNAPSHOT_EXPIRED");
  return { ...state, snapshot };
}

/** 5.6.2 to 5.6.5: the list of targets that the snapshot names. */
export function withTargets(state: TrustState, bytes: Uint8Array, nowMs: number): TrustState {
  const root = state.root.metadata.signed;
  const author = {
    title: "targets",
    signersOf: (metadata: Metadata<Kinds["targets"]>) => signersOf(root, "targets", metadata),
  };
  return { ...state, targets: readList(author, namedTargets(state), bytes, nowMs) };
}

/** Whether all that a refresh brings is here, belongs together, and is still to be believed. */
export function isWhole(state: TrustState, nowMs: number): boolean {
  const { root, timestamp, snapshot, targets } = state;
  const named = snapshot && namedBy(snapshot, "targets");
  if (!timestamp || !named || !isCurrent(snapshot, namedSnapshot(state), nowMs)) return false;
  const isFresh = [root, timestamp].every(({ metadata }) => nowMs < expiryOf(metadata.signed));
  return isFresh && isCurrent(targets, named, nowMs);
}

/** What the timestamp says of the snapshot; a snapshot before a timestamp is a broken program. */
export function namedSnapshot({ timestamp }: TrustState): MetaFile {
  if (timestamp === undefined) throw new TypeError("Cannot ask for snapshot: no timestamp is here");
  return timestamp.metadata.signed.snapshotMeta;
}

/** What the snapshot says of the list of a role. Throws TrustError when it names none. */
export function namedTargets({ snapshot }: TrustState, role = "targets"): MetaFile {
  if (snapshot === undefined) throw new TypeError("Cannot ask for targets: no snapshot is here");
  const named = namedBy(snapshot, role);
  demand(named !== undefined, "TRUST_TARGETS_REMOVED", () => {
    return `snapshot lists no ${role.slice(0, 64)}.json`;
  });
  return named;
}

/** Without the sheets that the root's keys do not vouch for. */
export function stillSigned(state: TrustState): TrustState {
  const { root, timestamp, snapshot, targets, delegated } = state;
  const list = kept(root, "targets", targets);
  return {
    root,
    timestamp: kept(root, "timestamp", timestamp),
    snapshot: kept(root, "snapshot", snapshot),
    targets: list,
    delegated: list && delegated,
  };
}

function namedBy({ metadata }: Sheet<"snapshot">, role: string): MetaFile | undefined {
  const { meta } = metadata.signed;
  const file = `${role}.json`;
  return Object.hasOwn(meta, file) ? meta[file] : undefined;
}

function kept<K extends Kind>(root: Sheet<"root">, role: K, sheet: Sheet<K> | undefined) {
  if (sheet === undefined) return undefined;
  const { signed, due } = signersOf(root.metadata.signed, role, sheet.metadata);
  return signed >= due ? sheet : undefined;
}

function demandSelfSigned(metadata: Metadata<Kinds["root"]>): void {
  const { signed, due } = signersOf(metadata.signed, "root", metadata);
  demand(signed >= due, "TRUST_ROOT_SELF_SIGNATURE", () => {
    return `${signed} of its own keys signed root ${metadata.signed.version}, ${due} are due`;
  });
}
