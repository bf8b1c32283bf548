import type { Metadata, MetaFile } from "@tufjs/models";
import { expiryOf, type Kind, type Kinds, readMetadata } from "./metadata.ts";
import { isRotated, signersOf } from "./signers.ts";
import { demand, type TrustCode, TrustError } from "./trouble.ts";

/** Metadata that was verified, with its bytes as they came. */
export interface Sheet<K extends Kind> {
  readonly bytes: Uint8Array;
  readonly metadata: Metadata<Kinds[K]>;
}

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
  return stillSigned(isFresh ? { root, targets: state.targets } : { ...state, root });
}

/** 5.3.10: throws when the last root of the chain has expired. */
export function demandFreshRoot({ root }: TrustState, nowMs: number): void {
  demandFresh("root", root, nowMs, "TRUST_ROOT_EXPIRED");
}

/** 5.4.2 to 5.4.4; the same state where its version is the one that is here. */
export function withTimestamp(state: TrustState, bytes: Uint8Array, nowMs: number): TrustState {
  const timestamp = { bytes, metadata: readMetadata("timestamp", bytes) };
  demandSigned(state, "timestamp", timestamp);
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
  demandSigned(state, "snapshot", snapshot);
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
  const named = namedTargets(state);
  demandBytes("targets", named, bytes);
  const targets = { bytes, metadata: readMetadata("targets", bytes) };
  demandSigned(state, "targets", targets);
  const { version } = targets.metadata.signed;
  demand(version === named.version, "TRUST_TARGETS_MIXED", () => {
    return `targets has version ${version}, snapshot names ${named.version}`;
  });
  demandFresh("targets", targets, nowMs, "TRUST_TARGETS_EXPIRED");
  return { ...state, targets };
}

/** What the timestamp says of the snapshot; a snapshot before a timestamp is a broken program. */
export function namedSnapshot({ timestamp }: TrustState): MetaFile {
  if (timestamp === undefined) throw new TypeError("Cannot ask for snapshot: no timestamp is here");
  return timestamp.metadata.signed.snapshotMeta;
}

/** What the snapshot says of the list. Throws TrustError when it names none. */
export function namedTargets({ snapshot }: TrustState): MetaFile {
  if (snapshot === undefined) throw new TypeError("Cannot ask for targets: no snapshot is here");
  const { meta } = snapshot.metadata.signed;
  const named = Object.hasOwn(meta, "targets.json") ? meta["targets.json"] : undefined;
  demand(named !== undefined, "TRUST_TARGETS_REMOVED", () => "snapshot lists no targets.json");
  return named;
}

/** Whether a sheet that is here is the one that is named, and still to be believed. */
export function isCurrent(
  sheet: Sheet<"snapshot" | "targets"> | undefined,
  named: MetaFile,
  nowMs: number,
): boolean {
  if (sheet === undefined) return false;
  const { signed } = sheet.metadata;
  const isNamed = signed.version === named.version && isOf(named, sheet.bytes);
  return isNamed && nowMs < expiryOf(signed);
}

/** Without the sheets that the root's keys do not vouch for. */
export function stillSigned(state: TrustState): TrustState {
  const { root, timestamp, snapshot, targets } = state;
  return {
    root,
    timestamp: kept(root, "timestamp", timestamp),
    snapshot: kept(root, "snapshot", snapshot),
    targets: kept(root, "targets", targets),
  };
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

function demandSigned<K extends Kind>({ root }: TrustState, role: K, sheet: Sheet<K>): void {
  const { signed, due } = signersOf(root.metadata.signed, role, sheet.metadata);
  if (signed >= due) return;
  const fault = `${signed} keys of role ${role} signed, ${due} are due`;
  throw new TrustError(signed === 0 ? "TRUST_SIGNATURE" : "TRUST_THRESHOLD", fault);
}

/** Hashes come from metadata that is trusted: a quick way to refuse, before signatures. */
function demandBytes(role: Kind, named: MetaFile, bytes: Uint8Array): void {
  demand(named.length === undefined || named.length === bytes.length, "TRUST_LENGTH", () => {
    return `${role} has ${bytes.length} bytes, ${named.length} are due`;
  });
  demand(isOf(named, bytes), "TRUST_HASH", () => `${role} is not the file whose hash is signed`);
}

/** Whether length and hashes fit, as far as they are told; the models say no by throwing. */
function isOf(named: MetaFile, bytes: Uint8Array): boolean {
  try {
    named.verify(Buffer.from(bytes));
    return true;
  } catch {
    return false;
  }
}

/** 5.4.4: "higher than the fixed update start time": what ends now has ended. */
function demandFresh(role: Kind, sheet: Sheet<Kind>, nowMs: number, code: TrustCode): void {
  const { expires } = sheet.metadata.signed;
  demand(nowMs < expiryOf(sheet.metadata.signed), code, () => `${role} has expired at ${expires}`);
}
