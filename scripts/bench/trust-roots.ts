import { writeMoment } from "../../runtime/content/trust/moment.ts";
import type { Attack } from "./trust-attack.ts";
import { dayMs, type Forger, urlOf } from "./trust-forger.ts";

/** Attacks by way of the root, and of the keys that it gives. */
export const attacksOnRoots: readonly Attack[] = [
  {
    name: "a new root of a stranger",
    code: "TRUST_ROOT_SIGNATURE",
    act: ({ forger }) => {
      forger.sheets.root.keys = {};
      forger.grant("root", 1, [forger.newSigner()]);
      forger.releaseRoot();
    },
  },
  {
    name: "a new root that one of two old keys signed",
    code: "TRUST_ROOT_SIGNATURE",
    before: (forger) => twoOf(forger, "root"),
    act: ({ forger }) => forger.releaseRoot({ signers: forger.signers.root.slice(0, 1) }),
  },
  {
    name: "a new root that its own keys did not sign",
    code: "TRUST_ROOT_SELF_SIGNATURE",
    act: ({ forger }) => {
      const before = [...forger.signers.root];
      forger.grant("root", 1, [forger.newSigner()]);
      forger.releaseRoot({ signers: before });
    },
  },
  {
    name: "a lower threshold of the root, by fewer keys than the old one",
    code: "TRUST_ROOT_SIGNATURE",
    before: (forger) => twoOf(forger, "root"),
    act: ({ forger }) => {
      forger.grant("root", 1);
      forger.releaseRoot({ signers: forger.signers.root.slice(0, 1) });
    },
  },
  {
    name: "the old root once more, as the next",
    code: "TRUST_ROOT_ROLLBACK",
    act: ({ forger }) => forger.serve("root", {}, forger.sheets.root.version + 1),
  },
  {
    name: "an older root, as the next",
    code: "TRUST_ROOT_ROLLBACK",
    before: (forger) => forger.releaseRoot(),
    act: ({ forger }) => {
      forger.sheets.root.version = 1;
      forger.serve("root", {}, 3);
    },
  },
  {
    name: "a chain of roots with one left out",
    code: "TRUST_ROOT_SKIPPED",
    act: ({ forger }) => {
      forger.sheets.root.version += 2;
      forger.serve("root", {}, forger.sheets.root.version - 1);
    },
  },
  {
    name: "freeze: a root that has expired",
    code: "TRUST_ROOT_EXPIRED",
    act: ({ forger }) => {
      forger.sheets.root.expires = writeMoment(forger.nowMs - 1_000);
      forger.releaseRoot();
    },
  },
  {
    name: "freeze: no new root for longer than the last one lasts",
    code: "TRUST_ROOT_EXPIRED",
    act: (scene) => {
      scene.clockMs = scene.forger.nowMs + 31 * dayMs;
    },
  },
  {
    name: "a root that asks for no signature at all",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      forger.grant("targets", 0);
      forger.releaseRoot();
    },
  },
  {
    name: "one key under two names, where two keys are asked",
    code: "TRUST_THRESHOLD",
    act: ({ forger }) => {
      const [signer] = forger.signers.timestamp;
      const { keys, roles } = forger.sheets.root;
      keys.another = signer?.key.toJSON();
      roles.timestamp = { keyids: [signer?.key.keyID ?? "", "another"], threshold: 2 };
      forger.releaseRoot();
      forger.release();
      forger.serve("timestamp", { text: (text) => withTwin(text) });
    },
  },
  {
    name: "a list by a key that the new root took away",
    code: "TRUST_SIGNATURE",
    act: ({ forger }) => {
      const stolen = [...forger.signers.targets];
      // Both keys are known, one of them counts: what is trusted stays signed by it.
      forger.grant("timestamp", 1, [forger.newSigner()]);
      forger.releaseRoot();
      forger.release();
      forger.serve("timestamp", { signers: stolen });
    },
  },
  {
    name: "a key named like a part of every object",
    code: "TRUST_FORMAT",
    act: ({ forger }) => {
      forger.sheets.root.roles.timestamp = { keyids: ["constructor", "__proto__"], threshold: 1 };
      forger.releaseRoot();
      forger.release();
      const sig = "00";
      forger.serve("timestamp", { signatures: [{ keyid: "constructor", sig }] });
    },
  },
  {
    name: "a root as long as one likes",
    code: "TRUST_ENDLESS_DATA",
    act: ({ forger }) => forger.lay(urlOf("root", 2), new Uint8Array(512_001)),
  },
];

/** Gives a role two keys that must both sign, before anybody knows the repository. */
export function twoOf(forger: Forger, role: "root" | "timestamp" | "snapshot" | "targets"): void {
  forger.grant(role, 2, [...forger.signers[role], forger.newSigner()]);
  forger.serve("root");
  forger.serveList();
}

/** The first signature once more, under the other name of its key. */
function withTwin(text: string): string {
  const { signatures, signed } = JSON.parse(text);
  return JSON.stringify({
    signatures: [...signatures, { ...signatures[0], keyid: "another" }],
    signed,
  });
}
