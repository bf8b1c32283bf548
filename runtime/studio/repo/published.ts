import type { Metadata, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import type { Disk } from "../../../drivers/disk/disk.ts";
import { type Kind, type Kinds, readMetadata } from "../../content/trust/metadata.ts";
import { bytesOf } from "./sheets.ts";
import { must } from "./trouble.ts";

/**
 * A folder of the repository, made where there is none; "" is the repository itself. Names of
 * folders are joined by `/`.
 */
export type Place = (folder: string) => Promise<Disk>;

/** What is served now: the newest of every role; of one never published there is only a root. */
export interface Published {
  readonly root?: Metadata<Root> | undefined;
  readonly timestamp?: Metadata<Timestamp> | undefined;
  readonly snapshot?: Metadata<Snapshot> | undefined;
  readonly targets?: Metadata<Targets> | undefined;
}

export type Versions = Readonly<Record<Kind, number>>;

/** Reads what is served; says nothing of signatures. Throws TrustError when it cannot be read. */
export async function readPublished(place: Place): Promise<Published> {
  const disk = await place("metadata");
  let root: Metadata<Root> | undefined;
  for (let version = 1; ; version++) {
    const next = await readSheet(disk, "root", `${version}.root.json`);
    if (next === undefined) break;
    root = next;
  }
  const timestamp = await readSheet(disk, "timestamp", "timestamp.json");
  if (timestamp === undefined) return { root };
  const snapshotName = `${timestamp.signed.snapshotMeta.version}.snapshot.json`;
  const snapshot = await readSheet(disk, "snapshot", snapshotName);
  must(snapshot !== undefined, "open repository", () => `there is no ${snapshotName}`);
  const targetsName = `${snapshot.signed.meta["targets.json"]?.version}.targets.json`;
  const targets = await readSheet(disk, "targets", targetsName);
  must(targets !== undefined, "open repository", () => `there is no ${targetsName}`);
  return { root, timestamp, snapshot, targets };
}

/**
 * Files that others name come before those that name them, and the timestamp makes it public: at
 * every moment clients find the old or the new.
 */
export async function writePublished(place: Place, list: Whole): Promise<void> {
  const disk = await place("metadata");
  for (const role of ["root", "targets", "snapshot"] as const) {
    const name = `${list[role].signed.version}.${role}.json`;
    const bytes = bytesOf(list[role]);
    const written = await disk.read(name);
    if (!written || !Buffer.from(written).equals(bytes)) await disk.replace(name, bytes);
  }
  await disk.replace("timestamp.json", bytesOf(list.timestamp));
}

export function versionsOf({ root, timestamp, snapshot, targets }: Whole): Versions {
  return {
    root: root.signed.version,
    timestamp: timestamp.signed.version,
    snapshot: snapshot.signed.version,
    targets: targets.signed.version,
  };
}

/** All four. */
type Whole = { readonly [R in Kind]: Metadata<Kinds[R]> };

/** Reads metadata of a folder; undefined when there is none. Throws TrustError. */
export async function readSheet<K extends Kind>(
  disk: Disk,
  role: K,
  name: string,
): Promise<Metadata<Kinds[K]> | undefined> {
  const bytes = await disk.read(name);
  return bytes && readMetadata(role, bytes);
}
