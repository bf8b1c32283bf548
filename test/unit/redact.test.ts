import assert from "node:assert/strict";
import { test } from "node:test";
import { Redactor } from "../../runtime/diagnostics/redact.ts";
import { leaks } from "../../scripts/bench/leaks.ts";
import { knownSeeds, seeds } from "../../scripts/bench/seeds.ts";

test("there are 50 different secrets, and each is where it was put", () => {
  assert.equal(new Set(seeds.map(([secret]) => secret)).size, 50);
  for (const [secret, put] of seeds) {
    const text = typeof put === "string" ? put : JSON.stringify(put);
    assert.ok(text.includes(secret), secret);
  }
});

for (const [secret, put] of seeds) {
  test(`Redactor takes out ${secret.slice(0, 14)}`, () => {
    const told = JSON.stringify(
      new Redactor(knownSeeds).value({ put, list: [put], [String(put)]: 1 }),
    );
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      assert.ok(!told.includes(form), told);
    }
  });
}

test("none of 50 secrets is in bundle, page, log or metrics, wherever it was put", async () => {
  assert.deepEqual(await leaks(new Redactor(knownSeeds)), {
    bundle: [],
    page: [],
    log: [],
    metrics: [],
  });
});

test("leaks() finds what is not taken out", async () => {
  const careless = { text: (text: string) => text, value: <T>(value: T) => value };
  const { bundle, page, log } = await leaks(careless as Redactor);
  for (const found of [bundle, page, log]) assert.ok(found.length >= 49, `${found.length}`);
});

test("what is no secret stays", () => {
  const redactor = new Redactor(knownSeeds);
  for (const text of [
    "connect ECONNREFUSED 127.0.0.1:1883",
    "mqtt://127.0.0.1:1883",
    "fleet: disconnected after 30 s, session 42",
    "Cannot open audio device hw:0,0: busy",
  ]) {
    assert.equal(redactor.text(text), text);
  }
  const config = { passwordFile: "/run/credentials/x", signers: [], tier: "720p", authentic: true };
  assert.deepEqual(redactor.value(config), config);
});
