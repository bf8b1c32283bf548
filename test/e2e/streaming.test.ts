import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { streamLive } from "../../scripts/bench/live.ts";
import { binaryPart } from "../../scripts/client/parts.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { Listener, publish } from "../support/clients.ts";
import { sha256Of } from "../support/sha256.ts";
import { encoded, tone, wavFile } from "../support/sounds.ts";

const wav = wavFile({ pcm: tone(22_050, 0.6), rateHz: 22_050, channels: 2 });
const folder = mkdtempSync(join(tmpdir(), "frontdesk-streaming-"));
const place = `${pathToFileURL(folder).href}/`;
const server = createServer((_, response) => response.end(encoded(wav, "mp3")));

let broker: Broker;
let kiosk: RunningKiosk;
let web: string;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  web = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  writeFileSync(join(folder, "a.flac"), encoded(wav, "flac"));
  writeFileSync(join(folder, "page.wav"), "<html>404</html>");
  const site = join(folder, "site.json");
  writeFileSync(site, JSON.stringify({ speech: { audioSources: [place, web] } }));
  broker = await startBroker();
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p", "--config", site];
  kiosk = await RunningKiosk.start(broker.url, flags);
});

after(async () => {
  await kiosk[Symbol.asyncDispose]();
  await broker.stop();
  server.close();
  rmSync(folder, { recursive: true });
});

test("sound in a job, of a file and of a server is spoken, proven by its hash", async () => {
  const opus = encoded(wav, "ogg", "-c:a", "libopus");
  const jobs = [
    { audio: Buffer.from(wav).toString("base64"), text: "A tone." },
    { audio: Buffer.from(opus).toString("base64") },
    { audioUrl: `${place}a.flac` },
    { audioUrl: `${web}a.mp3` },
  ];
  for (const job of jobs) {
    const detail = await spoken({ kind: "audio", ...job });
    assert.ok(Number(detail.spokenMs) > 550 && Number(detail.spokenMs) < 750, `${detail.spokenMs}`);
    assert.ok(Number(detail.framesShown) > 0);
    assert.equal(typeof detail.textSha256, job.text === undefined ? "undefined" : "string");
  }
  const { audioSha256, audioBytes } = await spoken({ kind: "audio", ...jobs[0] });
  assert.deepEqual([audioSha256, audioBytes], [sha256Of(wav), wav.length]);
});

test("sound that is not there, not allowed or no sound is refused by name", async () => {
  const wrong: readonly [object, string, RegExp][] = [
    [{ audioUrl: `${place}none.wav` }, "failed AUDIO_UNREACHABLE", /no such file/],
    [{ audioUrl: `${place}page.wav` }, "failed AUDIO_UNREADABLE", /begins "<html>404</],
    [{ audioUrl: "file:///etc/passwd" }, "rejected SOURCE_NOT_ALLOWED", /allowed are those below/],
    [{ audio: "AAAA" }, "failed AUDIO_UNREADABLE", /a WAV, FLAC, MP3 or Ogg file is due/],
  ];
  for (const [job, end, message] of wrong) {
    const { jobId } = await kiosk.submit({ kind: "audio", ...job });
    const { state, data } = await kiosk.event(jobId, "failed", "rejected", "completed");
    const [error] = data.errors as { code: string; message: string }[];
    assert.equal(`${state} ${error?.code}`, end);
    assert.match(String(error?.message), message);
  }
});

test("a microphone is heard while it speaks, and its parts are counted", async () => {
  const source = { pcm: tone(16_000, 3.2), rateHz: 16_000, partMs: 160 };
  const { jobId, sent } = await streamLive(kiosk, source, { text: "Live." });
  let isSent = false;
  void sent.then(() => {
    isSent = true;
  });
  await kiosk.event(jobId, "speaking");
  assert.equal(isSent, false, "it is heard before its last part is sent");
  const { data } = await kiosk.event(jobId, "completed");
  const { parts, partsLost, spokenMs } = data.detail as Record<string, number>;
  assert.deepEqual([parts, partsLost], [20, 0]);
  assert.ok(Math.abs(Number(spokenMs) - 3_200) < 5, `${spokenMs} ms`);
});

test("mosquitto_pub streams parts in any order; one that is missing is told", async () => {
  await using listener = await Listener.to(broker.port, topic("speech/event"));
  const { jobId } = await kiosk.submit({ kind: "stream", text: "caption" });
  const at = topic(`speech/stream/${jobId}`);
  const pcm = new Uint8Array(tone(16_000, 0.4).buffer);
  const base64 = Buffer.from(pcm).toString("base64");
  await publish(broker.port, at, JSON.stringify({ seq: 2, audio: base64 }));
  await publish(broker.port, at, JSON.stringify({ seq: 1, audio: base64 }));
  await publish(broker.port, at, JSON.stringify({ seq: 2, audio: base64 }));
  await publish(broker.port, at, JSON.stringify({ seq: 5, isFinal: true, audio: base64 }));
  const { data } = await kiosk.event(jobId, "completed");
  const { parts, partsLost, spokenMs } = data.detail as Record<string, number>;
  assert.deepEqual([parts, partsLost], [3, 2]);
  assert.ok(Math.abs(Number(spokenMs) - 2_000) < 5, `${spokenMs} ms, with 0.8 s of silence`);
  const told = listener.events.filter((event) => event.startsWith(jobId));
  assert.ok(told.includes(`${jobId} rejected STREAM_GAP`), told.join(", "));
});

test("text that is streamed is spoken by the sentence", async () => {
  const { jobId } = await kiosk.submit({ kind: "stream", captions: true });
  const at = topic(`speech/stream/${jobId}`);
  await publish(broker.port, at, JSON.stringify({ seq: 1, text: "One moment. The li" }));
  await kiosk.event(jobId, "speaking");
  await publish(broker.port, at, JSON.stringify({ seq: 2, text: "ft is here.", isFinal: true }));
  const { data } = await kiosk.event(jobId, "completed");
  assert.equal((data.detail as { parts: number }).parts, 2);
});

test("a live stream is interrupted like every job, and its late parts are refused", async () => {
  const source = { pcm: tone(16_000, 4), rateHz: 16_000, partMs: 160 };
  const { jobId, sent } = await streamLive(kiosk, source);
  await kiosk.event(jobId, "speaking");
  const next = await kiosk.submit({ text: "Excuse me.", mode: "interrupt" });
  const { data } = await kiosk.event(jobId, "interrupted");
  assert.equal((data.detail as { by: string }).by, next.jobId);
  await kiosk.event(next.jobId, "completed");
  await sent;
  const late = await kiosk.event(jobId, "rejected");
  assert.equal((late.data.errors as { code: string }[])[0]?.code, "STREAM_ENDED");
});

test("a stream that never begins times out, and the next job is spoken", async () => {
  const { jobId } = await kiosk.submit({ kind: "stream" });
  const { data } = await kiosk.event(jobId, "failed");
  assert.equal((data.errors as { code: string }[])[0]?.code, "TIMEOUT_PREPARING");
  await spoken({ text: "Hello." });
});

test("the same stream job again is answered with its end, never spoken twice", async () => {
  const { jobId } = await kiosk.submit({ kind: "stream", text: "once" });
  await kiosk.part(jobId, binaryPart(1, new Uint8Array(tone(16_000, 0.3).buffer), true));
  await kiosk.event(jobId, "completed");
  await using listener = await Listener.to(broker.port, topic("speech/event"));
  const again = JSON.stringify({ jobId, kind: "stream", text: "once" });
  await publish(broker.port, topic("speech/submit"), again);
  for (let round = 0; listener.events.length === 0 && round < 500; round++) await sleep(10);
  assert.deepEqual(listener.events, [`${jobId} completed dup`]);
});

test("the measured distance of mouth and sound is telemetry", async () => {
  await spoken({ text: "One, two, three, four, five, six, seven, eight, nine, ten." });
  const { data } = await kiosk.seen("telemetry/stage", (numbers) => "avOffsetMsP95" in numbers);
  assert.ok(Number(data.avOffsetMsP95) >= 0, JSON.stringify(data));
});

async function spoken(job: object): Promise<Readonly<Record<string, unknown>>> {
  const { jobId } = await kiosk.submit({ ...job });
  const { state, data } = await kiosk.event(jobId, "completed", "failed", "rejected");
  assert.equal(state, "completed", JSON.stringify(data));
  return data.detail as Record<string, unknown>;
}

function topic(tail: string): string {
  return `frontdesk/1/${kiosk.device}/${tail}`;
}
