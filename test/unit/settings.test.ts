import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { configSchema } from "../../config/config.ts";
import { configKeys, valueAt } from "../../config/keys.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { canonical } from "../../runtime/job/payload.ts";
import { changes, settle } from "../../runtime/settings/layers.ts";
import { writeOverride } from "../../runtime/settings/override.ts";
import { allWell, SettingsWorld } from "../support/settings.ts";

const cut = { ...allWell, connected: false };
const wrongBroker = { broker: { url: "mqtt://10.255.255.1:1883" } };

test("every key says what a change of it needs", () => {
  const tags = new Set(["hot", "restart", "connectivity", "display", "local"]);
  assert(configKeys.length > 20);
  const untagged = configKeys.filter(({ pointer }) => {
    const path = pointer.split("/").slice(1).join("/properties/");
    const leaf = valueAt(configSchema.properties, `/${path}`) as { apply?: string };
    return !tags.has(leaf.apply ?? "");
  });
  assert.deepEqual(untagged, []);
});

test("settle() gives each key to the highest layer that names it", () => {
  const { config, sources } = settle([
    { name: "environment", document: { log: "debug" } },
    { name: "vendor", document: { audio: { volume: 0.5, device: "hw:0,0" }, log: "warn" } },
    { name: "fleet", document: { audio: { volume: 0.7 } } },
    { name: "site", document: { audio: { volume: 0.6 } } },
  ]);
  assert.equal(config.audio.volume, 0.7);
  assert.deepEqual(
    ["/audio/volume", "/audio/device", "/log", "/device"].map((key) => sources[key]),
    ["fleet", "vendor", "environment", "built-in"],
  );
});

test("changes() names the keys that differ and what they need", () => {
  const from = settle([]).config;
  const to = settle([{ name: "fleet", document: { log: "warn", avatar: { id: "ben" } } }]).config;
  assert.deepEqual(changes(from, to), [
    { pointer: "/avatar/id", apply: "restart" },
    { pointer: "/log", apply: "hot" },
  ]);
});

test("hot keys are committed as they run", async () => {
  const world = await SettingsWorld.start();
  await world.push(1, { audio: { volume: 0.3 } });
  assert.deepEqual(world.states, [
    ...["1 received", "1 validated", "1 checked"],
    ...["1 staged", "1 applying", "1 committed"],
  ]);
  assert.deepEqual(await world.run(1_000), ["hot"]);
  assert.equal(world.settings.config.audio.volume, 0.3);
  assert.equal(world.settings.report().sources["/audio/volume"], "fleet");
  assert.equal((await world.restart()).settings.config.audio.volume, 0.3);
});

test("every error is told with its place, and nothing is applied", async () => {
  const world = await SettingsWorld.start();
  await world.push(1, { audio: { volume: 7 }, avatar: { id: "NO" }, colour: 1, device: "other" });
  const { state, errors } = world.settings.report();
  assert.equal(state, "rejected");
  assert.deepEqual(errors.map(({ path }) => path).sort(), [
    ...["/config/audio/volume", "/config/avatar/id"],
    ...["/config/colour", "/config/device"],
  ]);
  assert.equal(world.settings.config.audio.volume, 1);
  for (const { message } of errors) assert.match(message, /^Cannot (use|set) \/config\/\w+.*: /);
});

test("a mistake does not become right by being hidden under a higher layer", async () => {
  const world = await SettingsWorld.start([{ name: "environment", document: { log: "debug" } }]);
  await world.push(1, { log: "loud" });
  assert.deepEqual(world.states, ["1 received", "1 rejected INVALID_CONFIG"]);
});

test("versions rise, and a version is one document", async () => {
  const world = await SettingsWorld.start();
  await world.push(5, { log: "warn" });
  world.reports.length = 0;
  await world.push(5, { log: "warn" });
  await world.push(5, { log: "error" });
  await world.push(4, { log: "error" });
  assert.deepEqual(world.states, [
    "5 committed",
    ...["5 received", "5 rejected VERSION_CONFLICT"],
    ...["4 received", "4 rejected VERSION_NOT_HIGHER"],
  ]);
  assert.equal(world.settings.config.log, "warn");
});

test("a broker that is not there is taken back after 90 s, and not tried again", async () => {
  const world = await SettingsWorld.start();
  await world.push(1, { log: "warn" });
  await world.push(2, wrongBroker);
  assert.deepEqual(await world.run(SettingsWorld.probationMs, cut), ["restart", "restart"]);
  assert.deepEqual(world.states.slice(-3), [
    ...["2 applying", "2 probation"],
    "2 rolled_back NOT_CONNECTED",
  ]);
  assert.equal(world.settings.config.broker.url, "mqtt://127.0.0.1:1883");
  assert.equal(world.settings.config.log, "warn");
  world.reports.length = 0;
  await world.push(2, wrongBroker);
  assert.deepEqual(world.states, ["2 rolled_back NOT_CONNECTED"]);
  assert.deepEqual(world.settings.report().poisoned, [2]);
  const later = await world.restart();
  assert.equal(later.settings.report().state, "rolled_back");
  await later.push(2, wrongBroker);
  assert.deepEqual(later.states, ["2 rolled_back NOT_CONNECTED"]);
});

test("a broker that is there is kept once everything held for a while", async () => {
  const world = await SettingsWorld.start();
  await world.push(1, wrongBroker);
  await world.run(30_000, cut);
  await world.run(4_000);
  assert.equal(world.settings.report().state, "probation");
  await world.run(1_000, cut);
  await world.run(6_000);
  assert.equal(world.settings.report().state, "committed");
  assert.equal((await world.restart()).settings.config.broker.url, wrongBroker.broker.url);
});

test("a key that needs a restart only has to show a picture", async () => {
  const world = await SettingsWorld.start();
  await world.push(1, { avatar: { id: "ben" } });
  await world.run(10_000, { connected: false, picture: true, sound: false });
  assert.equal(world.settings.report().state, "committed");
  await world.push(2, { avatar: { id: "eve" } });
  await world.run(SettingsWorld.probationMs, { ...allWell, picture: false });
  assert.equal(world.settings.report().state, "rolled_back");
  assert.equal(world.settings.config.avatar.id, "ben");
});

test("the third start within ten minutes gives a version up, a late one does not", async () => {
  const first = await SettingsWorld.start();
  await first.push(1, wrongBroker);
  const second = await first.restart();
  assert.equal(second.settings.config.broker.url, wrongBroker.broker.url);
  const third = await second.restart();
  assert.equal(third.settings.config.broker.url, wrongBroker.broker.url);
  await third.clock.advance(11 * 60_000);
  const late = await third.restart();
  assert.equal(late.settings.config.broker.url, wrongBroker.broker.url);
  const again = await (await late.restart()).restart();
  assert.deepEqual(again.states, ["1 rolled_back CRASH_LOOP"]);
  assert.equal(again.settings.config.broker.url, "mqtt://127.0.0.1:1883");
});

test("a technician's override wins over the fleet until its time is over", async () => {
  const world = await SettingsWorld.start();
  await world.push(1, { audio: { volume: 0.3 } });
  await world.run(1_000);
  const nowMs = world.clock.wallMs();
  const document = { audio: { volume: 0.9 } };
  await writeOverride(world.disk, { document, sinceMs: nowMs, untilMs: nowMs + 60_000 });
  assert.deepEqual(await world.run(1_000), ["hot"]);
  assert.equal(world.settings.config.audio.volume, 0.9);
  assert.deepEqual(world.settings.report().drift?.keys, ["/audio/volume"]);
  assert.deepEqual(await world.run(60_000), ["hot"]);
  assert.equal(world.settings.config.audio.volume, 0.3);
  assert.equal(world.settings.report().drift, null);
});

test("only a known key may sign, when somebody has to", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const signer = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  const signers = ["AAAA", signer.toString("base64")];
  const world = await SettingsWorld.start([{ name: "site", document: { fleet: { signers } } }]);
  const body = { version: 1, config: { log: "warn" } };
  const signature = sign(null, Buffer.from(canonical(body)), privateKey).toString("base64");
  await world.push(1, { log: "warn" });
  await world.push(1, { log: "error" }, { signature });
  await world.push(1, { log: "warn" }, { signature: "AA==" });
  assert.deepEqual(world.states, Array(3).fill("1 rejected UNTRUSTED"));
  await world.push(1, { log: "warn" }, { signature });
  assert.equal(world.settings.report().state, "committed");
});

test("a damaged file is noted and counts as none; a full disk changes nothing", async () => {
  const spoiled = new MemoryDisk([["settings.json", new TextEncoder().encode("00000000 {}")]]);
  const world = await SettingsWorld.start([], spoiled);
  assert.equal(world.trace.count("settings.file-damaged"), 1);
  world.disk.cutAfter(0);
  await world.push(1, { log: "warn" });
  assert.equal(world.states.at(-1), "1 rejected STORAGE_FAILED");
  assert.equal(world.settings.config.log, "info");
});
