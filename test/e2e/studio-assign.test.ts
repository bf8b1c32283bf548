import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectAsync, type MqttClient } from "mqtt";
import { LocalVault } from "../../drivers/vault/local.ts";
import { readDesired } from "../../runtime/content/desired.ts";
import { Worker } from "../../runtime/studio/work/worker.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { assignCraft, welcomeDevices } from "../../scripts/studio/work/assign.ts";
import type { Bench } from "../../scripts/studio/work/bench.ts";
import { type House, openHouse, refused, value } from "../support/studio.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-assign-"));
const keyFile = join(folder, "fleet.pem");
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const { x = "" } = publicKey.export({ format: "jwk" });
const signer = Buffer.from(x, "base64url").toString("base64");
/** The last payload of each device's `content/desired`. */
const desired = new Map<string, Buffer>();
let broker: Broker;
let client: MqttClient;
let house: House;
let worker: Worker;

before(async () => {
  writeFileSync(keyFile, privateKey.export({ format: "pem", type: "pkcs8" }));
  broker = await startBroker();
  client = await connectAsync(broker.url, { protocolVersion: 5 });
  client.on("message", (topic, payload) => void desired.set(topic.split("/")[2] ?? "", payload));
  await client.subscribeAsync("frontdesk/1/+/content/desired", { qos: 1 });
  house = await openHouse("sqlite::memory:");
  const { studio, clock, trace } = house;
  const crafts = new Map([["assign", assignCraft(bench(), fleet(), keyFile)] as const]);
  const terms = { holder: "worker", leaseMs: 60_000 };
  worker = new Worker({ queue: studio.queue, clock, trace }, terms, crafts);
});
after(async () => {
  await client.endAsync();
  await broker.stop();
  await house[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test("a device's set names its avatars, newest first, signed, its version rises", async () => {
  const [one, two] = [await avatar(), await avatar()];
  await assign(one, "device", "lobby");
  assert.deepEqual(await setOf("lobby", 1), [one]);
  await house.clock.advance(1_000);
  await assign(two, "device", "lobby");
  assert.deepEqual(await setOf("lobby", 2), [two, one]);
  const all = await house.studio.assignments.list(house.act("customer"), { name: "lobby" });
  assert(all.every(({ writtenMs }) => writtenMs !== null));
});

test("a version is above what a device reports, whoever gave it", async () => {
  await say("hall/content/reported", { data: { version: 41 } });
  await assign(await avatar(), "device", "hall");
  await setOf("hall", 42);
});

test("a group is the devices of its name, and who comes later gets its set too", async () => {
  for (const device of ["berlin-1", "berlin-2", "berlinale"]) await say(`${device}/state`, {});
  const id = await avatar();
  await assign(id, "group", "berlin");
  assert.deepEqual(await setOf("berlin-1", 1), [id]);
  assert.deepEqual(await setOf("berlin-2", 1), [id]);
  await say("berlin-3/state", {});
  assert.equal(await welcomeDevices(bench(), fleet(), keyFile), 1);
  assert.deepEqual(await setOf("berlin-3", 1), [id]);
  assert.equal(await welcomeDevices(bench(), fleet(), keyFile), 0);
  assert.equal(desired.has("berlinale"), false);
});

test("nobody comes onto the devices of another account, by no name", async () => {
  const admin = house.act("administrator");
  const account = value(
    await house.studio.people.openAccount(admin, { name: "Other", timeZone: "UTC" }),
  );
  const stranger = { ...house.act("customer").actor, accountId: account.id };
  const theirs = await avatar();
  await house.database.query("UPDATE avatars SET account_id = $2 WHERE id = $1", [
    ...[theirs, account.id],
  ]);
  const { assignments } = house.studio;
  const act = { actor: stranger, nowMs: house.nowMs };
  for (const name of ["berlin-1", "berlin-new"]) {
    refused(await assignments.assign(act, { avatarId: theirs, kind: "device", name }), "TAKEN");
  }
  const group = { avatarId: theirs, kind: "group" } as const;
  refused(await assignments.assign(act, { ...group, name: "berlin-hall" }), "TAKEN");
  refused(await assignments.assign(act, { ...group, name: "berlin" }), "TAKEN");
  value(await assignments.assign(act, { ...group, name: "berlinale" }));
  value(await assignments.assign(act, { avatarId: theirs, kind: "device", name: "berlin" }));
});

test("a device that is given nothing any more has no set", async () => {
  for (const { id } of await house.studio.assignments.list(house.act("customer"), {
    name: "lobby",
  })) {
    value(await house.studio.assignments.unassign(house.act("customer"), id));
  }
  await work();
  await until(() => desired.get("lobby")?.length === 0, "an empty set");
});

/** The avatars of the set of this version, whose signature is good. */
async function setOf(device: string, version: number): Promise<readonly string[]> {
  const read = () => readDesired(desired.get(device) ?? Buffer.alloc(0), [signer]);
  await until(() => read().version === version, `set ${version} of ${device}`);
  const set = read();
  assert("avatars" in set, JSON.stringify(set));
  return set.avatars.map(({ id }) => id);
}

async function assign(avatarId: string, kind: "device" | "group", name: string): Promise<void> {
  const { assignments } = house.studio;
  value(await assignments.assign(house.act("customer"), { avatarId, kind, name }));
  await work();
}

async function work(): Promise<void> {
  while (await worker.turn(new AbortController().signal));
}

/** One that is accepted and published. */
async function avatar(): Promise<string> {
  await house.buy("avatar-generic-instant");
  const { id, avatarId } = await house.trained("generic", "instant", "client");
  value(await house.studio.acceptance.accept(house.act("customer"), id));
  const release = { version: "1", sha256: "ab".repeat(32), files: [] };
  const { catalogue } = house.studio;
  value(await catalogue.published(await house.claim("publish"), release, house.nowMs));
  return avatarId;
}

/** A device's word, kept by the broker. */
async function say(topic: string, words: object): Promise<void> {
  const options = { qos: 1, retain: true } as const;
  await client.publishAsync(`frontdesk/1/${topic}`, JSON.stringify(words), options);
}

function fleet() {
  return { broker: broker.url, root: "frontdesk" };
}

function bench(): Bench {
  const places = { workFolder: join(folder, "work"), buildsFolder: join(folder, "builds") };
  const { studio } = house;
  const vault = new LocalVault(join(folder, "files"));
  return { studio, vault, nowMs: () => house.nowMs, ...places, threads: 1, licence: "CC0-1.0" };
}
