import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { parseConfig } from "../../config/config.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import type { SpeakRequest, Voice } from "../../drivers/voice/voice.ts";
import type { TraceEvent } from "../../runtime/diagnostics/trace.ts";
import { openVoice, voiceOf } from "../../runtime/wiring/voices.ts";
import { SpeechServer } from "../../scripts/bench/speech-service.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-voices-"));
after(() => rmSync(folder, { recursive: true }));
const keyFile = join(folder, "key");
writeFileSync(keyFile, "sk-secret-of-the-house\n");

test("every driver is opened by its name, and a name picks its voice", async () => {
  for (const [voice, name] of [
    [{ driver: "espeak", name: "de" }, "espeak-ng"],
    [{ driver: "flite", name: "kal16" }, "flite"],
    [{ driver: "scripted" }, "scripted"],
  ] as const) {
    await using opened = await openVoice(configOf(voice), world().parts);
    assert.equal(opened.name, name);
  }
});

test("what cannot be opened is a voice that says why, and a note", async () => {
  const { parts, events } = world();
  await using voice = await voiceOf(configOf({ driver: "neural" }), parts);
  await assert.rejects(say(voice, { text: "Hello." }), /voice.model is not set, it should name a/);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["voice-absent"],
  );
});

test("a service is asked with its key, once for each sentence, over starts", async () => {
  await using server = await SpeechServer.start();
  const config = configOf({ driver: "remote", service: { url: server.url, keyFile } });
  const text = "Good morning, once.";
  for (const start of [1, 2, 3]) {
    await using voice = await openVoice(config, world().parts);
    const chunks = await say(voice, { text });
    assert.ok(chunks.length > 0, `start ${start}`);
  }
  assert.deepEqual(
    server.asked.map(({ authorization }) => authorization),
    ["Bearer sk-secret-of-the-house"],
  );
  assert.ok(readdirSync(join(folder, "sentences")).length > 0);
});

test("cacheMb 0 keeps nothing", async () => {
  await using server = await SpeechServer.start();
  const state = join(folder, "uncached");
  const config = configOf({ driver: "remote", cacheMb: 0, service: { url: server.url } }, state);
  await using voice = await openVoice(config, world().parts);
  await say(voice, { text: "Twice." });
  await say(voice, { text: "Twice." });
  assert.equal(server.asked.length, 2);
  assert.throws(() => readdirSync(state));
});

test("a service that fails is replaced and told of, without its key, until it speaks", async () => {
  await using server = await SpeechServer.start();
  const service = { url: server.url, keyFile, waitMs: 200 };
  const { parts, events, replaced } = world();
  await using voice = await openVoice(configOf({ driver: "remote", service }), parts);
  server.manners = ["401"];
  const [chunk] = await say(voice, { text: "Hello." });
  assert.deepEqual(chunk?.ignored, ["voice"]);
  assert.equal(chunk?.rateHz, 22_050, "by espeak-ng");
  await say(voice, { text: "Hello again." });
  assert.equal(replaced.length, 2);
  assert.match(String(replaced[0]), /401 Incorrect API key provided: Bearer \(key\)/);
  assert.equal(replaced[1], undefined);
  assert.deepEqual(
    events.map(({ kind, by }) => `${kind} ${by ?? ""}`),
    ["voice-replaced espeak-ng"],
  );
  assert.doesNotMatch(JSON.stringify([events, replaced]), /sk-secret/);
});

test("a language that the service is not set up for is said by the local voice", async () => {
  await using server = await SpeechServer.start();
  const service = { url: server.url, langs: ["en"] };
  const { parts, replaced } = world();
  await using voice = await openVoice(configOf({ driver: "remote", service }), parts);
  const chunks = await say(voice, { text: "Guten Morgen.", lang: "de" });
  assert.ok(chunks.length > 0);
  assert.match(String(replaced[0]), /language "de": the service is not set up for it/);
  assert.equal(server.asked.length, 0);
});

function configOf(voice: object, state = folder) {
  return parseConfig({ state, voice }, "a test");
}

function world() {
  const events: TraceEvent[] = [];
  const replaced: (string | undefined)[] = [];
  const parts = {
    clock: systemClock(),
    trace: { note: (event: TraceEvent) => void events.push(event) },
    native: resolve("build/native"),
    onFallback: (reason: string | undefined) => void replaced.push(reason),
  };
  return { parts, events, replaced };
}

function say(voice: Voice, request: SpeakRequest) {
  return Array.fromAsync(voice.speak(request, new AbortController().signal));
}
