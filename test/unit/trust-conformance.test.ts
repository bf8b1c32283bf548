import assert from "node:assert/strict";
import { test } from "node:test";
import { writeMoment } from "../../runtime/content/trust/moment.ts";
import { TrustError } from "../../runtime/content/trust/trouble.ts";
import { dayMs, Forger } from "../../scripts/bench/trust-forger.ts";
import {
  publish,
  TrustClient,
  trustScene,
  updateSnapshot,
  updateTimestamp,
} from "../support/trust-client.ts";

/**
 * The cases of the official suite (github.com/theupdateframework/tuf-conformance), by their names,
 * against this client; they are told anew here, the suite itself drives a client as a process of
 * its own from Python, with keys of RSA and P-256 where these are Ed25519.
 *
 * Run here: all of test_basic but one, test_expiration, test_rollback; in trust-rotations.test.ts
 * test_keys and test_updater_key_rotations; in trust-delegations.test.ts
 * test_updater_delegation_graphs, test_delegated_expiration, test_quoting_issues and
 * test_basic.test_implicit_refresh. test_static_repositories holds two repositories of others; in
 * their stead trust-peers.test.ts makes one in the manner of tuf-on-ci. Not run, as this client
 * finds and does not download: test_file_download; what downloads is tested with the depot.
 */

const nowMs = Date.UTC(2026, 10, 23);

test("test_basic_init_and_refresh", async () => {
  const { client } = await trustScene();
  assert.equal(await client.refresh(), true);
  assert.deepEqual(client.asked, [
    "2.root.json",
    "timestamp.json",
    "1.snapshot.json",
    "1.targets.json",
  ]);
  assert.deepEqual(client.versions, { root: 1, timestamp: 1, snapshot: 1, targets: 1 });
});

for (const name of ["test_timestamp_content_changes", "test_timestamp_eq_versions_check"]) {
  test(name, async () => {
    const { forger, client } = await trustScene();
    await client.refresh();
    forger.sheets.timestamp.meta["snapshot.json"] = { version: 100 };
    forger.serve("timestamp");
    assert.equal(await client.refresh(), true);
    assert.deepEqual(client.versions, { root: 1, timestamp: 1, snapshot: 1, targets: 1 });
  });
}

test("test_new_targets_hash_mismatch", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  updateSnapshot(forger);
  await client.refresh();
  // Another list under a number that the snapshot tells the hash of.
  forger.sheets.targets.version += 1;
  forger.sheets.snapshot.version += 1;
  const told = forger.sheets.snapshot.meta["targets.json"];
  if (told) told.version = forger.sheets.targets.version;
  forger.serve("targets");
  forger.serve("snapshot");
  updateTimestamp(forger);
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.targets, 1);
});

test("test_new_targets_version_mismatch", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  forger.sheets.targets.version += 1;
  forger.serve("targets");
  assert.equal(await client.refresh(), true);
  assert.deepEqual(client.versions, { root: 1, timestamp: 1, snapshot: 1, targets: 1 });
});

test("test_invalid_initial_root", async () => {
  const forger = new Forger(nowMs);
  const text = new TextDecoder().decode(forger.forge("root"));
  await refuses(forger, text.replace('"version":1,', ""));
});

test("test_unsigned_initial_root", async () => {
  const forger = new Forger(nowMs);
  const text = new TextDecoder().decode(forger.forge("root"));
  await refuses(forger, text.replace(/"sig":"[0-9a-f]{8}/, '"sig":"ee448afe'));
});

test("test_custom_fields", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  const { root } = forger.sheets;
  root["custom-field"] = "value";
  const [id = ""] = root.roles.root?.keyids ?? [];
  root.keys[id] = { ...(root.keys[id] as object), "extra-field": { a: 1, b: 2 } };
  Object.assign(root.roles.root ?? {}, { "another-field": "value" });
  forger.releaseRoot();
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.root, 2);
});

test("test_root_expired", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  forger.releaseRoot();
  await client.refresh();
  forger.sheets.root.expires = writeMoment(nowMs - dayMs);
  forger.releaseRoot();
  publish(forger, "targets");
  assert.equal(await client.refresh(), false);
  assert.deepEqual(client.versions, { root: 3, timestamp: 1, snapshot: 1, targets: 1 });
});

test("test_snapshot_expired", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  forger.sheets.snapshot.expires = writeMoment(nowMs - 5 * dayMs);
  updateSnapshot(forger);
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.snapshot, 1);
});

test("test_targets_expired", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  forger.sheets.targets.expires = writeMoment(nowMs - 5 * dayMs);
  publish(forger, "targets");
  updateSnapshot(forger);
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.targets, 1);
});

test("test_expired_metadata", async () => {
  const { forger, client } = await trustScene();
  forger.sheets.timestamp.expires = writeMoment(nowMs + 7 * dayMs);
  forger.serve("timestamp");
  await client.refresh();
  publish(forger, "targets");
  forger.sheets.timestamp.expires = writeMoment(nowMs + 21 * dayMs);
  updateSnapshot(forger);
  assert.equal(await client.refresh(nowMs + 18 * dayMs), true);
  assert.deepEqual(client.versions, { root: 1, timestamp: 2, snapshot: 2, targets: 2 });
});

test("test_timestamp_expired", async () => {
  const { forger, client } = await trustScene();
  await client.refresh();
  forger.sheets.timestamp.expires = writeMoment(nowMs - 5 * dayMs);
  updateTimestamp(forger);
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.timestamp, 1);
});

test("test_simple_snapshot_rollback", async () => {
  const { forger, client } = await trustScene();
  updateSnapshot(forger);
  assert.equal(await client.refresh(), true);
  forger.sheets.snapshot.version = 1;
  forger.serve("snapshot");
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.snapshot, 2);
  assert.equal(client.asked.at(-1), "timestamp.json");
});

test("test_new_timestamp_version_rollback", async () => {
  const { forger, client } = await trustScene();
  updateTimestamp(forger);
  assert.equal(await client.refresh(), true);
  forger.sheets.timestamp.version = 1;
  forger.serve("timestamp");
  assert.equal(await client.refresh(), false);
  assert.equal(client.versions.timestamp, 2);
  assert.equal(client.asked.at(-1), "timestamp.json");
});

for (const hashes of [false, true]) {
  const how = hashes ? "with hashes" : "basic";

  test(`test_snapshot_rollback[${how}]`, async () => {
    const { forger, client } = await trustScene(hashes);
    updateSnapshot(forger);
    assert.equal(await client.refresh(), true);
    forger.sheets.snapshot.version = 1;
    forger.serve("snapshot");
    updateTimestamp(forger);
    assert.equal(await client.refresh(), false);
    assert.deepEqual(client.versions, { root: 1, timestamp: 2, snapshot: 2, targets: 1 });
    assert.equal(client.asked.at(-1), "timestamp.json");
  });

  test(`test_targets_rollback[${how}]`, async () => {
    const { forger, client } = await trustScene(hashes);
    publish(forger, "targets");
    updateSnapshot(forger);
    assert.equal(await client.refresh(), true);
    forger.sheets.targets.version = 1;
    forger.serve("targets");
    updateSnapshot(forger);
    assert.equal(await client.refresh(), false);
    assert.equal(client.versions.snapshot, 2);
    assert.equal(client.versions.targets, 2);
  });
}

test("test_new_targets_fast_forward_recovery", async () => {
  const { forger, client } = await trustScene();
  forger.sheets.targets.version = 100;
  forger.serve("targets");
  updateSnapshot(forger);
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.targets, 100);
  forger.grant("snapshot", 1, [forger.newSigner()]);
  forger.releaseRoot();
  forger.sheets.targets.version = 2;
  forger.serve("targets");
  updateSnapshot(forger);
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.targets, 2);
});

test("test_new_snapshot_fast_forward_recovery", async () => {
  const { forger, client } = await trustScene();
  forger.sheets.snapshot.version = 99_998;
  updateSnapshot(forger);
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.snapshot, 99_999);
  forger.grant("snapshot", 1, [forger.newSigner()]);
  forger.grant("timestamp", 1, [forger.newSigner()]);
  forger.releaseRoot();
  forger.sheets.snapshot.version = 0;
  updateSnapshot(forger);
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.snapshot, 1);
});

test("test_new_snapshot_version_mismatch", async () => {
  const { forger, client } = await trustScene(false);
  forger.sheets.snapshot.version += 1;
  forger.serve("snapshot", {}, 1);
  assert.equal(await client.refresh(), false);
  assert.deepEqual(client.versions, { root: 1, timestamp: 1 });
  assert.equal(client.asked.at(-1), "1.snapshot.json");
});

test("test_new_timestamp_fast_forward_recovery", async () => {
  const { forger, client } = await trustScene();
  forger.sheets.timestamp.version = 100;
  forger.serve("timestamp");
  assert.equal(await client.refresh(), true);
  forger.grant("timestamp", 1, [forger.newSigner()]);
  forger.releaseRoot();
  forger.sheets.timestamp.version = 1;
  forger.serve("timestamp");
  assert.equal(await client.refresh(), true);
  assert.equal(client.versions.timestamp, 1);
});

async function refuses(forger: Forger, rootFile: string): Promise<void> {
  const begun = TrustClient.begin(forger, Buffer.from(rootFile));
  await assert.rejects(begun, (error) => error instanceof TrustError);
}
