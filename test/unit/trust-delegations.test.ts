import assert from "node:assert/strict";
import { test } from "node:test";
import { writeMoment } from "../../runtime/content/trust/moment.ts";
import { dayMs, Forger } from "../../scripts/bench/trust-forger.ts";
import { makersOf } from "../../scripts/bench/trust-makers.ts";
import { graphs, layGraph, searches, tree } from "../support/delegations.ts";
import { TrustClient, trustScene } from "../support/trust-client.ts";

/**
 * The cases of test_updater_delegation_graphs, test_delegated_expiration, test_quoting_issues and
 * test_basic.test_implicit_refresh; see trust-conformance.test.ts. What they download is found here
 * alone.
 */

const nowMs = Date.UTC(2026, 10, 23);

for (const [name, graph] of Object.entries(graphs)) {
  test(`test_graph_traversal[${name}]`, async () => {
    const { forger, client } = await trustScene();
    layGraph(forger, graph);
    assert.equal(await client.find("missingpath"), undefined);
    assert.deepEqual(rolesAsked(client), graph.visited);
  });
}

for (const [name, { path, finds, visited }] of Object.entries(searches)) {
  test(`test_targetfile_search[${name}]`, async () => {
    const { forger, client } = await trustScene();
    layGraph(forger, tree);
    assert.equal((await client.find(path))?.path, finds ? path : undefined);
    assert.deepEqual(rolesAsked(client), visited);
  });
}

test("test_delegated_targets_expired", async () => {
  const { forger, client } = await delegatedScene(-1);
  assert.equal(await client.refresh(), true);
  assert.equal(await client.find("delegatedpath/first"), undefined);
  assert.deepEqual(client.versions, { root: 1, timestamp: 2, snapshot: 2, targets: 2 });
  assert.equal(forger.sheets.targets.version, 2);
});

test("test_expired_local_delegated_targets", async () => {
  const { client } = await delegatedScene(7);
  assert.ok(await client.find("delegatedpath/first"));
  assert.equal(await client.find("delegatedpath/second", nowMs + 18 * dayMs), undefined);
});

test("test_expired_local_delegated_targets_updates", async () => {
  const { forger, client } = await delegatedScene(7);
  assert.ok(await client.find("delegatedpath/first"));
  const list = makersOf(forger).list("delegated");
  list.version += 1;
  list.expires = writeMoment(nowMs + 21 * dayMs);
  makersOf(forger).release();
  assert.ok(await client.find("delegatedpath/second", nowMs + 18 * dayMs));
  assert.equal(client.versions.delegated, 2);
});

for (const role of ["?", "#", "/delegatedrole", "../delegatedrole"]) {
  test(`test_unusual_role_name[${role}]`, async () => {
    const { forger, client } = await trustScene();
    makersOf(forger).delegate("targets", role);
    makersOf(forger).release();
    assert.equal(await client.find("nonexistent target"), undefined);
    assert.equal(client.asked.at(-1), `1.${encodeURIComponent(role)}.json`);
    assert.equal(Object.keys(client.versions).length, 5);
    assert.equal(client.versions[role], 1);
  });
}

test("test_implicit_refresh", async () => {
  const forger = new Forger(nowMs);
  const client = await TrustClient.begin(forger);
  assert.ok(await client.findAtOnce("avatars/anna/1/manifest.json"));
  assert.deepEqual(client.versions, { root: 1, timestamp: 1, snapshot: 1, targets: 1 });
});

/** After the files of the four roles, which are asked for first. */
function rolesAsked({ asked }: TrustClient): readonly string[] {
  assert.deepEqual(asked.slice(0, 2), ["2.root.json", "timestamp.json"]);
  return asked.slice(4).map((name) => name.replace(/^1\.(.*)\.json$/, "$1"));
}

async function delegatedScene(days: number) {
  const { forger, client } = await trustScene();
  const makers = makersOf(forger);
  makers.delegate("targets", "delegated", { paths: ["delegatedpath/*"] });
  makers.list("delegated").expires = writeMoment(nowMs + days * dayMs);
  for (const path of ["delegatedpath/first", "delegatedpath/second"]) {
    makers.put("delegated", path, path);
  }
  makers.release();
  return { forger, client };
}
