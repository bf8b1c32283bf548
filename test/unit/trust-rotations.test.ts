import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind } from "../../runtime/content/trust/metadata.ts";
import { canonical } from "../../runtime/job/payload.ts";
import { Forger } from "../../scripts/bench/trust-forger.ts";
import { nonRootRotations, type Rotation, rootRotations } from "../support/rotations.ts";
import { TrustClient, trustScene, updateSnapshot } from "../support/trust-client.ts";

/** The cases of test_keys and test_updater_key_rotations; see trust-conformance.test.ts. */

const nowMs = Date.UTC(2026, 10, 23);

test("test_root_has_keys_but_not_snapshot", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  await reachThreshold(forger, client);
  forger.grant("snapshot", 5);
  forger.releaseRoot();
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.root, 5);
  // A name without a key adds nobody.
  const role = forger.sheets.root.roles.snapshot;
  role?.keyids.push(forger.newSigner().key.keyID);
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.root, 5);
});

test("test_wrong_hashing_algorithm", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  await reachThreshold(forger, client);
  addKey(forger, "snapshot", 5);
  const { root } = forger.sheets;
  const [id = ""] = root.roles.snapshot?.keyids ?? [];
  root.keys[id] = { ...(root.keys[id] as object), keyid_hash_algorithms: ["md5"] };
  forger.releaseRoot();
  updateSnapshot(forger);
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.root, root.version);
  assert.equal(client.versions.snapshot, forger.sheets.snapshot.version);
});

test("test_snapshot_threshold", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  for (let count = 0; count < 4; count++) addKey(forger, "snapshot", 6);
  forger.releaseRoot();
  updateSnapshot(forger);
  assert.equal(await client.refresh(), false);
});

test("test_duplicate_keys_root", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  const one = forger.newSigner();
  const names = Array.from({ length: 9 }, (_, count) => `name-${count}`);
  for (const name of names) forger.sheets.root.keys[name] = one.key.toJSON();
  const mine = forger.signers.snapshot.map(({ key }) => key.keyID);
  forger.sheets.root.roles.snapshot = { keyids: [...mine, ...names], threshold: 6 };
  forger.releaseRoot();
  updateSnapshot(forger, (text) => {
    const { signatures, signed } = JSON.parse(text);
    const sig = one.sign(Buffer.from(canonical(signed)));
    const twins = names.map((keyid) => ({ keyid, sig }));
    return JSON.stringify({ signatures: [...signatures, ...twins], signed });
  });
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.snapshot, undefined);
  assert.equal(client.versions.targets, 1);
});

for (const [name, versions] of Object.entries(rootRotations)) {
  test(`test_root_rotation[${name}]`, async () => {
    const forger = new Forger(nowMs);
    const [first, ...later] = versions;
    const signers = Array.from({ length: 10 }, () => forger.newSigner());
    const rotate = ({ keys, threshold, sigs }: Rotation) => {
      forger.sheets.root.roles.root = { keyids: [], threshold };
      forger.grant("root", threshold, pick(signers, keys));
      return { signers: pick(signers, sigs) };
    };
    assert.ok(first);
    forger.serve("root", rotate(first));
    const rootFile = forger.forge("root", rotate(first));
    for (const version of later) forger.releaseRoot(rotate(version));
    const client = await TrustClient.begin(forger, rootFile);
    const isGood = versions.at(-1)?.isGood ?? true;
    assert.equal(await client.refresh(), isGood);
    assert.equal(client.versions.root, isGood ? versions.length : versions.length - 1);
  });
}

for (const [name, { keys, threshold, sigs, isGood = true }] of Object.entries(nonRootRotations)) {
  test(`test_non_root_rotations[${name}]`, async () => {
    for (const role of ["timestamp", "snapshot", "targets"] as const) {
      const { forger, client } = await trustScene();
      const signers = Array.from({ length: 10 }, () => forger.newSigner());
      forger.grant(role, threshold, pick(signers, keys));
      forger.releaseRoot();
      forger.serveList({ [role]: { signers: pick(signers, sigs) } });
      assert.equal(await client.refresh(), isGood);
      const { version } = forger.sheets[role];
      assert.equal(client.versions[role], isGood ? version : undefined);
    }
  });
}

/** initial_setup_for_key_threshold: three of four keys of the snapshot must sign. */
async function reachThreshold(forger: Forger, client: TrustClient): Promise<void> {
  forger.grant("snapshot", 3);
  forger.releaseRoot();
  addKey(forger, "snapshot", 3);
  updateSnapshot(forger);
  forger.releaseRoot();
  assert.equal(await client.refresh(), false);
  addKey(forger, "snapshot", 3);
  addKey(forger, "snapshot", 3);
  updateSnapshot(forger);
  forger.releaseRoot();
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.snapshot, 3);
  assert.equal(client.versions.root, 4);
}

function addKey(forger: Forger, role: Kind, threshold: number): void {
  forger.grant(role, threshold, [...forger.signers[role], forger.newSigner()]);
}

function pick<T>(from: readonly T[], places: readonly number[]): T[] {
  return places.flatMap((place) => from[place] ?? []);
}
