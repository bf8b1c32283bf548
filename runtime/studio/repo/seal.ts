import type { Metadata, Root, Snapshot, Targets, Timestamp } from "@tufjs/models";
import type { Kind, Kinds } from "../../content/trust/metadata.ts";
import type { Signer } from "./key.ts";
import { bytesOf, type Issue, snapshotOf, timestampOf } from "./sheets.ts";
import { isComplete, signed, stateOf } from "./signing.ts";
import { must } from "./trouble.ts";

/** The two sheets above a list, whose keys are at hand where the studio runs. */
interface Seal {
  readonly snapshot: Metadata<Snapshot>;
  readonly timestamp: Metadata<Timestamp>;
}

/** Throws RepositoryError when the keys at hand are too few for `root`. */
export function sealed(
  root: Root,
  targets: Metadata<Targets>,
  issue: (role: Kind) => Issue,
  signers: readonly Signer[],
): Seal {
  const list = snapshotOf(bytesOf(targets), targets.signed.version, issue("snapshot"));
  const snapshot = signedBy(root, "snapshot", list, signers);
  const { version } = snapshot.signed;
  const stamp = timestampOf(bytesOf(snapshot), version, issue("timestamp"));
  return { snapshot, timestamp: signedBy(root, "timestamp", stamp, signers) };
}

function signedBy<K extends "snapshot" | "timestamp">(
  root: Root,
  role: K,
  metadata: Metadata<Kinds[K]>,
  signers: readonly Signer[],
): Metadata<Kinds[K]> {
  const draft = signed({ role, metadata, roots: [root] }, signers);
  must(isComplete(draft), "publish", () => {
    const { signed, due } = stateOf(draft);
    return `${signed} keys of role ${role} are at hand, ${due} are due`;
  });
  return draft.metadata;
}
