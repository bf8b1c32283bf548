import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { SpeechServer } from "../../scripts/bench/speech-service.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";

const headless = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
const folder = mkdtempSync(join(tmpdir(), "frontdesk-voices-"));
let broker: Broker;
before(async () => {
  broker = await startBroker();
});
after(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

test("a service that fails is replaced by the local voice; job, health, log say so", async () => {
  await using server = await SpeechServer.start();
  const keyFile = join(folder, "key");
  writeFileSync(keyFile, "sk-nobody-may-read-this\n");
  await using kiosk = await start({ url: server.url, keyFile });

  const well = await kiosk.submit({ text: "Good morning." });
  const { data: spoken } = await endOf(kiosk, well.jobId);
  assert.equal(detailOf(spoken).unsupported, undefined);
  assert.equal(server.asked[0]?.authorization, "Bearer sk-nobody-may-read-this");

  server.manners = ["500", "500", "500"];
  const ill = await kiosk.submit({ text: "The lift is on your left." });
  const { data: replaced } = await endOf(kiosk, ill.jobId);
  assert.equal(detailOf(replaced).unsupported, "voice");
  await kiosk.seen("health", (data) => JSON.stringify(data).includes("VOICE_SERVICE"));
  const kinds = kiosk.log.filter(({ area }) => area === "speech").map(({ kind }) => kind);
  assert.deepEqual(kinds, [
    "service-retried",
    "service-retried",
    "service-rests",
    "voice-replaced",
  ]);
  assert.doesNotMatch(JSON.stringify(kiosk.log), /sk-nobody/);
});

test("SSML: what is left aside, marks as they are heard, mistakes by their place", async () => {
  await using server = await SpeechServer.start();
  await using kiosk = await start({ url: server.url });
  const broken = await kiosk.submit({ kind: "ssml", ssml: "<speak>\n<b>Hi</speak>" });
  const { data: refused } = await endOf(kiosk, broken.jobId, "rejected");
  assert.match(JSON.stringify(refused.errors), /INVALID_SSML.*line 2, column 6.*\/ssml/);

  const ssml = '<speak><emphasis>Hello</emphasis> <mark name="there"/>there</speak>';
  const { jobId } = await kiosk.submit({ kind: "ssml", ssml, pitch: 1.2 });
  const { data: queued } = await kiosk.event(jobId, "queued");
  assert.deepEqual(queued.detail, { unsupported: "emphasis" });
  const { data } = await endOf(kiosk, jobId);
  const isMark = (seen: object) => JSON.stringify(seen).includes('"mark":"there"');
  assert.equal((await kiosk.seen(jobId, isMark)).state, "speaking");
  assert.equal(detailOf(data).unsupported, "emphasis, pitch");
});

function start(service: object): Promise<RunningKiosk> {
  const file = join(folder, `${Object.keys(service).length}.json`);
  const voice = { driver: "remote", service: { waitMs: 500, ...service } };
  writeFileSync(file, JSON.stringify({ voice }));
  return RunningKiosk.start(broker.url, [...headless, "--config", file]);
}

async function endOf(kiosk: RunningKiosk, jobId: string, state = "completed") {
  const end = await kiosk.event(jobId, "completed", "failed", "rejected", "expired");
  assert.equal(end.state, state, JSON.stringify(end.data));
  return end;
}

function detailOf(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return data.detail as Readonly<Record<string, unknown>>;
}
