import type { Metadata, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import type { Disk } from "../../../drivers/disk/disk.ts";
import { type Kind, type Kinds, readMetadata } from "../../content/trust/metadata.ts";
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

/** Reads metadata of a folder; undefined when there is none. Throws TrustError. */
export async function readSheet<K extends Kind>(
  disk: Disk,
  role: K,
  name: string,
): Promise<Metadata<Kinds[K]> | undefined> {
  const bytes = await disk.read(name);
  return bytes && readMetadata(role, bytes);
}
