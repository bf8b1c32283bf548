import { writeMoment } from "../../runtime/content/trust/moment.ts";
import type { Attack } from "./trust-attack.ts";
import { dayMs, urlOf } from "./trust-forger.ts";
import { twoOf } from "./trust-roots.ts";

/** Attacks by way of timestamp, snapshot and the list of targets. */
export const attacksOnLists: readonly Attack[] = [
  {
    name: "arbitrary software: a list of a stranger",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      forger.release();
      forger.serveList({ targets: { signers: [forger.newSigner()] } });
    },
  },
  {
    name: "a list signed by the key of the snapshot, which is at hand",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      forger.release();
      forger.serveList({ targets: { signers: forger.signers.snapshot } });
    },
  },
  {
    name: "a list without signatures",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      forger.release();
      forger.serveList({ targets: { signers: [] } });
    },
  },
  {
    name: "a list changed after it was signed",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      forger.tellsHashes = false;
      forger.release();
      forger.serve("targets", { text: (text) => text.replace('"length":11', '"length":12') });
      forger.serve("targets", { text: (text) => text.replaceAll('"length":', '"length":1') });
    },
  },
  {
    name: "a stranger's signature under the name of the right key",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      forger.release();
      const stranger = forger.newSigner();
      const keyid = forger.signers.timestamp[0]?.key.keyID ?? "";
      const sig = stranger.sign(new TextEncoder().encode("{}"));
      forger.serve("timestamp", { signatures: [{ keyid, sig }] });
    },
  },
  {
    name: "the right signature under the name of another key",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      forger.release();
      const { keyID } = forger.newSigner().key;
      const mine = forger.signers.timestamp[0]?.key.keyID ?? "";
      forger.serve("timestamp", { text: (text) => text.replaceAll(mine, keyID) });
    },
  },
  {
    name: "one signature of two",
    code: "TRUST_THRESHOLD",
    before: (forger) => twoOf(forger, "targets"),
    act: ({ forger }) => {
      forger.release();
      forger.serveList({ targets: { signers: forger.signers.targets.slice(1) } });
    },
  },
  {
    name: "one signature of two, twice",
    code: "TRUST_DUPLICATE_SIGNATURE",
    before: (forger) => twoOf(forger, "snapshot"),
    act: ({ forger }) => {
      forger.release();
      const [one] = forger.signers.snapshot;
      forger.serveList({ snapshot: { signers: one ? [one, one] : [] } });
    },
  },
  {
    name: "rollback: an older timestamp",
    code: "TRUST_TIMESTAMP_ROLLBACK",
    before: (forger) => forger.release(),
    act: ({ forger }) => {
      forger.sheets.timestamp.version = 1;
      forger.serve("timestamp");
    },
  },
  {
    name: "rollback: an older timestamp, after the device began anew",
    code: "TRUST_TIMESTAMP_ROLLBACK",
    restarts: true,
    before: (forger) => forger.release(),
    act: ({ forger }) => {
      forger.sheets.timestamp.version = 1;
      forger.serve("timestamp");
    },
  },
  {
    name: "rollback: a timestamp that names an older snapshot",
    code: "TRUST_SNAPSHOT_ROLLBACK",
    before: (forger) => forger.release(),
    act: ({ forger }) => {
      forger.sheets.timestamp.version += 1;
      forger.sheets.timestamp.meta["snapshot.json"] = { version: 1 };
      forger.serve("timestamp");
    },
  },
  {
    name: "rollback: a snapshot that names an older list",
    code: "TRUST_TARGETS_ROLLBACK",
    before: (forger) => forger.release(),
    act: ({ forger }) => {
      const { targets, snapshot, timestamp } = forger.sheets;
      targets.version = 1;
      snapshot.version += 1;
      timestamp.version += 1;
      forger.serveList();
    },
  },
  {
    name: "rollback: a snapshot that names a list no longer",
    code: "TRUST_TARGETS_REMOVED",
    before: (forger) => {
      forger.sheets.snapshot.meta["guests.json"] = { version: 1 };
      forger.serveList();
    },
    act: ({ forger }) => {
      delete forger.sheets.snapshot.meta["guests.json"];
      forger.release();
    },
  },
  {
    name: "freeze: the same timestamp for ever",
    code: "TRUST_TIMESTAMP_EXPIRED",
    act: (scene) => {
      scene.forger.sheets.root.expires = writeMoment(scene.forger.nowMs + 90 * dayMs);
      scene.forger.releaseRoot();
      scene.clockMs = scene.forger.nowMs + 31 * dayMs;
    },
  },
  {
    name: "freeze: a new timestamp that has expired",
    code: "TRUST_TIMESTAMP_EXPIRED",
    act: ({ forger }) => {
      forger.sheets.timestamp.expires = writeMoment(forger.nowMs - 1_000);
      forger.release();
    },
  },
  {
    name: "freeze: a snapshot that has expired",
    code: "TRUST_SNAPSHOT_EXPIRED",
    act: ({ forger }) => {
      forger.sheets.snapshot.expires = writeMoment(forger.nowMs);
      forger.release();
    },
  },
  {
    name: "freeze: a list that has expired",
    code: "TRUST_TARGETS_EXPIRED",
    act: ({ forger }) => {
      forger.sheets.targets.expires = writeMoment(forger.nowMs - 1_000);
      forger.release();
    },
  },
  {
    name: "freeze: a clock that was put back",
    code: "TRUST_CLOCK_BEHIND",
    restarts: true,
    act: (scene) => {
      scene.clockMs = scene.forger.nowMs - dayMs;
    },
  },
  {
    name: "freeze: a board whose clock was never set",
    code: "TRUST_NO_CLOCK",
    act: (scene) => {
      scene.forger.release();
      scene.clockMs = undefined;
    },
  },
  {
    name: "mix and match: a snapshot of another version",
    code: "TRUST_SNAPSHOT_MIXED",
    act: ({ forger }) => {
      forger.tellsHashes = false;
      forger.release();
      forger.sheets.snapshot.version += 1;
      forger.serve("snapshot", {}, forger.sheets.snapshot.version - 1);
    },
  },
  {
    name: "mix and match: a list of another version",
    code: "TRUST_TARGETS_MIXED",
    act: ({ forger }) => {
      forger.tellsHashes = false;
      forger.release();
      forger.sheets.targets.version += 1;
      forger.serve("targets", {}, forger.sheets.targets.version - 1);
    },
  },
  {
    name: "mix and match: two snapshots of one version",
    code: "TRUST_HASH",
    act: ({ forger }) => {
      forger.release();
      forger.sheets.snapshot.note = "1";
      forger.serveList();
      forger.sheets.snapshot.note = "2";
      forger.serve("snapshot");
    },
  },
  {
    name: "mix and match: a list shorter than the one that is told of",
    code: "TRUST_LENGTH",
    act: ({ forger }) => {
      forger.release();
      forger.sheets.targets.targets = {};
      forger.serve("targets");
    },
  },
  {
    name: "a file withheld: the list",
    code: "TRUST_ABSENT",
    act: ({ forger }) => {
      forger.release();
      forger.sheets.targets.version += 7;
      forger.sheets.snapshot.version += 1;
      forger.sheets.timestamp.version += 1;
      const { version } = forger.sheets.targets;
      forger.sheets.snapshot.meta["targets.json"] = { version };
      forger.serve("snapshot");
      forger.sheets.timestamp.meta["snapshot.json"] = { version: forger.sheets.snapshot.version };
      forger.serve("timestamp");
    },
  },
  {
    name: "a snapshot without a list",
    code: "TRUST_TARGETS_REMOVED",
    act: ({ forger }) => {
      forger.release();
      forger.lay(urlOf("snapshot", 2), new Uint8Array());
      forger.tellsHashes = false;
      forger.sheets.snapshot.meta = {};
      forger.serve("snapshot");
      forger.sheets.timestamp.meta["snapshot.json"] = { version: 2 };
      forger.serve("timestamp");
    },
  },
];
