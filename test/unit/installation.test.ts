import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { parseConfig, withTier } from "../../config/config.ts";
import { finding } from "../../runtime/diagnostics/finding.ts";
import { SpeechServer } from "../../scripts/bench/speech-service.ts";
import { readConfigLeniently } from "../../scripts/doctor/config.ts";
import { fix } from "../../scripts/doctor/fix.ts";
import { modelOutput } from "../../scripts/doctor/golden.ts";
import { tryInstallation, tryNode } from "../../scripts/doctor/installation.ts";
import { sha256Of } from "../support/sha256.ts";
import { tierFile } from "./tier-file.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-installation-"));
after(() => rmSync(folder, { recursive: true }));

const native = resolve("build/native");
const model = join(folder, "model");
const avatars = join(folder, "avatars");
const config = withTier(parseConfig({ avatar: { id: "small" } }, "a test"), "360p");
const file = join(avatars, "small/360p.tier");

before(async () => {
  mkdirSync(model);
  mkdirSync(join(avatars, "small"), { recursive: true });
  cpSync(resolve("test/golden/memory.onnx"), join(model, "speech.onnx"));
  const bytes = readFileSync(join(model, "speech.onnx"));
  const golden = { sha256: sha256Of(bytes), output: await modelOutput(bytes) };
  writeFileSync(join(model, "golden.json"), JSON.stringify(golden));
  const tier = Buffer.from(await tierFile());
  const size = { width: 16, height: 8 };
  const entry = { file: "360p.tier", bytes: tier.length, sha256: sha256Of(tier), ...size };
  const manifest = {
    ...{ format: "frontdesk-avatar", version: 1, id: "small", name: "Small", licence: "CC0-1.0" },
    ...{ fps: 25, backdrop: [0, 255, 0], tiers: { "360p": entry }, provenance: {}, needs: [] },
    ...{ kind: "generic", lipsync: [], speechModel: null, consent: null },
    ...{ idle: { frames: 2 }, actions: [], poses: [] },
  };
  writeFileSync(file, tier);
  writeFileSync(join(avatars, "small/manifest.json"), JSON.stringify(manifest));
});

async function codes(over: object = {}, changed = config): Promise<string[]> {
  const troubles = await tryInstallation(changed, { native, model, avatars, ...over });
  return troubles.map(({ code }) => code);
}

test("an installation that is whole gives no trouble", async () => {
  assert.deepEqual(await codes(), []);
});

test("native parts that are not there are three findings, one for each", async () => {
  const empty = join(folder, "empty");
  assert.deepEqual(await codes({ native: empty }), [
    "RUNTIME_NATIVE_MISSING",
    "RUNTIME_VOICE_MISSING",
    "RUNTIME_SOUND_MISSING",
  ]);
});

test("each voice that is configured is tried, and what it lacks is named", async () => {
  const reasons = async (voice: object) => {
    const changed = withTier(parseConfig({ avatar: { id: "small" }, voice }, "a test"), "360p");
    const troubles = await tryInstallation(changed, { native, model, avatars });
    return troubles.map(({ code, evidence }) => `${code} ${evidence.reason}`);
  };
  assert.deepEqual(await reasons({ driver: "flite", name: "slt" }), []);
  assert.match((await reasons({ driver: "espeak", name: "nobody" })).join(), /MISSING .*"nobody"/);
  assert.match((await reasons({ driver: "flite", name: "anna" })).join(), /MISSING .*"anna"/);
  const foreign = { driver: "flite", lang: "de" };
  assert.match((await reasons(foreign)).join(), /MISSING .*language "de": flite speaks English/);
  assert.match((await reasons({ driver: "neural" })).join(), /MISSING .*voice.model is not set/);
  const lost = { driver: "neural", model: "/nowhere/x.onnx" };
  assert.match((await reasons(lost)).join(), /MISSING .*x.onnx.json is not there/);
  assert.match((await reasons({ driver: "remote" })).join(), /SERVICE .*service.url is not set/);
  await using server = await SpeechServer.start();
  const service = { url: server.url };
  assert.deepEqual(await reasons({ driver: "remote", service }), []);
  server.manners = ["401"];
  assert.match((await reasons({ driver: "remote", service })).join(), /VOICE_SERVICE .*says 401/);
  const key = { ...service, keyFile: "/nowhere/key" };
  assert.match(
    (await reasons({ driver: "remote", service: key })).join(),
    /nowhere\/key cannot be/,
  );
});

test("a native part that is damaged is RUNTIME_NATIVE_MISSING", async () => {
  const broken = join(folder, "broken");
  cpSync(native, broken, { recursive: true });
  writeFileSync(join(broken, "node-raylib.node"), "no longer a library");
  assert.deepEqual(await codes({ native: broken }), ["RUNTIME_NATIVE_MISSING"]);
});

test("a helper that may not be run is told of", async () => {
  const locked = join(folder, "locked");
  cpSync(native, locked, { recursive: true });
  chmodSync(join(locked, "bin/alsa"), 0o644);
  assert.deepEqual(await codes({ native: locked }), ["RUNTIME_SOUND_MISSING"]);
});

test("a model that is gone is RUNTIME_MODEL_MISSING, a damaged one not", async () => {
  assert.deepEqual(await codes({ model: join(folder, "none") }), ["RUNTIME_MODEL_MISSING"]);
  const other = join(folder, "other");
  cpSync(model, other, { recursive: true });
  const bytes = readFileSync(join(other, "speech.onnx"));
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(join(other, "speech.onnx"), bytes);
  assert.deepEqual(await codes({ model: other }), ["RUNTIME_MODEL_WRONG"]);
});

test("a model that computes something else is RUNTIME_MODEL_WRONG", async () => {
  const other = join(folder, "wrong");
  cpSync(model, other, { recursive: true });
  const golden = JSON.parse(readFileSync(join(other, "golden.json"), "utf8"));
  golden.output[0] += 0.01;
  writeFileSync(join(other, "golden.json"), JSON.stringify(golden));
  assert.deepEqual(await codes({ model: other }), ["RUNTIME_MODEL_WRONG"]);
});

test("an avatar that is not there is AVATAR_MISSING", async () => {
  const nobody = withTier(parseConfig({ avatar: { id: "nobody" } }, "a test"), "720p");
  assert.deepEqual(await codes({}, nobody), ["AVATAR_MISSING"]);
});

test("an avatar with one changed bit is AVATAR_DAMAGED", async () => {
  const whole = readFileSync(file);
  const changed = Buffer.from(whole);
  changed[changed.length - 1]! ^= 1;
  writeFileSync(file, changed);
  assert.deepEqual(await codes(), ["AVATAR_DAMAGED"]);
  writeFileSync(file, whole);
});

test("an avatar that nobody trusted signed is AVATAR_UNTRUSTED, unless it is shipped", async () => {
  const signers = [Buffer.alloc(32, 7).toString("base64")];
  const strict = { ...config, avatar: { ...config.avatar, folder: avatars, signers } };
  assert.deepEqual(await codes({ avatars: join(folder, "none") }, strict), ["AVATAR_UNTRUSTED"]);
  assert.deepEqual(await codes({}, { ...config, avatar: { ...config.avatar, signers } }), []);
});

test("a password file that is not there is CREDENTIALS_UNREADABLE", async () => {
  const locked = { ...config, broker: { ...config.broker, passwordFile: join(folder, "none") } };
  assert.deepEqual(await codes({}, locked), ["CREDENTIALS_UNREADABLE"]);
});

test("an old Node is RUNTIME_NODE_OLD", () => {
  assert.equal(tryNode("20.20.2")?.code, "RUNTIME_NODE_OLD");
  assert.equal(tryNode(process.versions.node), undefined);
});

test("a configuration that is no JSON is CONFIG_UNREADABLE, a wrong one CONFIG_INVALID", () => {
  const path = join(folder, "config.json");
  writeFileSync(path, '{"device": ');
  const first = readConfigLeniently({ config: path }).troubles.map(({ code }) => code);
  assert.deepEqual(first, ["CONFIG_UNREADABLE"]);
  writeFileSync(path, '{"device": "lobby", "volume": 3}');
  const second = readConfigLeniently({ config: path }).troubles.map(({ code }) => code);
  assert.deepEqual(second, ["CONFIG_INVALID"]);
});

test("fix() makes a missing folder and says why it could not", () => {
  const state = join(folder, "state");
  const [made] = fix([finding("STATE_MISSING", { folder: state })]);
  assert.equal(made?.done, `made the folder ${state}`);
  const [not] = fix([finding("STATE_MISSING", { folder: `${file}/state` })]);
  assert.match(not?.done ?? "", /^not mended: .*ENOTDIR/);
});

test("frontdesk doctor --json tells of a broken configuration and ends with 2", () => {
  const path = join(folder, "config.json");
  writeFileSync(path, "{");
  const { stdout, status } = spawnSync("scripts/frontdesk", ["doctor", "--json", "-c", path], {
    encoding: "utf8",
    timeout: 60_000,
  });
  assert.equal(status, 2);
  const { findings } = JSON.parse(stdout) as { findings: { code: string }[] };
  assert.ok(findings.some(({ code }) => code === "CONFIG_UNREADABLE"));
});
