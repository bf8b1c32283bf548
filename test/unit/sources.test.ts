import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sampleRateHz } from "../../config/sound.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { memoryMedia } from "../../drivers/media/memory.ts";
import { ScriptedVoice } from "../../drivers/voice/scripted.ts";
import type { Said } from "../../runtime/desk/said.ts";
import { openUtterance, type Utterance } from "../../runtime/desk/sources.ts";
import type { Job } from "../../runtime/job/job.ts";
import { Stream } from "../../runtime/job/stream.ts";
import { sha256Of } from "../support/sha256.ts";
import { tone, wavFile } from "../support/sounds.ts";

const never = new AbortController().signal;
const wav = wavFile({ pcm: tone(44_100, 2), rateHz: 44_100, channels: 2 });

test("a sound in the job, and one at a URL, come at 48 kHz on one time axis", async () => {
  for (const audio of [{ bytes: wav }, { url: "m:a.wav" }]) {
    const utterance = open({ kind: "audio", audio, text: "" });
    const parts = (await said(utterance)).map(({ part }) => part);
    let atSample = 0;
    for (const part of parts) {
      assert.equal(part.atSample, atSample);
      atSample += part.pcm.length;
    }
    assert.equal(atSample, 2 * sampleRateHz);
    const { audioBytes, audioSha256 } = utterance.detail();
    assert.deepEqual([audioBytes, audioSha256], [wav.length, sha256Of(wav)]);
  }
});

test("captions of a sound are turned by the pace of speech, silence not counted", async () => {
  const quiet = new Int16Array(sampleRateHz);
  const pcm = Int16Array.from([...quiet, ...tone(sampleRateHz, 1)]);
  const audio = { bytes: wavFile({ pcm, rateHz: sampleRateHz }) };
  const words = (await said(open({ kind: "audio", audio, text: "Hello dear visitor" }))).flatMap(
    ({ part }) => part.words,
  );
  assert.deepEqual(
    words.map(({ start, length }) => [start, length]),
    [
      [0, 5],
      [6, 4],
      [11, 7],
    ],
  );
  assert.ok(words[0]!.atSample > sampleRateHz - 960, "the first word waits for the first sound");
  assert.ok(words[2]!.atSample > sampleRateHz * 1.5);
});

test("actions of a sound stand at their milliseconds", async () => {
  const actions = [{ name: "wave", at: 1_500 }];
  const parts = await said(open({ kind: "audio", audio: { bytes: wav }, text: "", actions }));
  const cues = parts.flatMap(({ part }) => part.cues);
  assert.deepEqual(cues, [{ kind: "action", name: "wave", atSample: 72_000 }]);
});

test("what is no sound fails with its reason", async () => {
  const audio = { bytes: new TextEncoder().encode("no sound") };
  await assert.rejects(said(open({ kind: "audio", audio, text: "" })), {
    code: "AUDIO_UNREADABLE",
  });
  const gone = open({ kind: "audio", audio: { url: "m:b.wav" }, text: "" });
  await assert.rejects(said(gone), { code: "AUDIO_UNREACHABLE" });
});

test("samples that are streamed come as they were sent, whatever the cut", async () => {
  const stream = new Stream(0);
  const bytes = new Uint8Array(tone(16_000, 1).buffer);
  for (let seq = 1, at = 0; at < bytes.length; seq++, at += 5_120) {
    const content = { pcm: bytes.subarray(at, at + 5_120) };
    stream.offer({ seq, isFinal: at + 5_120 >= bytes.length, content }, 0);
  }
  const utterance = open({ kind: "stream", text: "Hello" }, stream);
  const samples = (await said(utterance)).reduce((sum, { part }) => sum + part.pcm.length, 0);
  assert.equal(samples, sampleRateHz);
  assert.equal(utterance.caption, "Hello");
  assert.deepEqual(utterance.detail(), { parts: 7, partsLost: 0 });
});

test("lost samples of a stream are silence of their length", async () => {
  const stream = new Stream(0);
  const content = { pcm: new Uint8Array(3_200).fill(20) };
  stream.offer({ seq: 1, isFinal: false, content }, 0);
  stream.offer({ seq: 3, isFinal: true, content }, 0);
  stream.turn(1_000);
  const pcm = (await said(open({ kind: "stream", text: "" }, stream))).flatMap(({ part }) => [
    ...part.pcm,
  ]);
  assert.equal(pcm.length, 3 * 4_800);
  const middle = pcm.slice(5_200, 9_200);
  assert.ok(middle.every((sample) => Math.abs(sample) < 20));
});

test("text that is streamed is said by the sentence, before it is whole", async () => {
  const stream = new Stream(0);
  const utterance = open({ kind: "stream", text: "" }, stream);
  const heard: Said[] = [];
  const saying = (async () => {
    for await (const one of utterance.said) heard.push(one);
  })();
  const text = (seq: number, words: string, isFinal = false) =>
    stream.offer({ seq, isFinal, content: { text: words } }, 0);
  text(1, "Good mor");
  text(2, "ning! How are");
  await sleep(20);
  assert.equal(heard[0]?.caption, "Good morning! ");
  text(3, " you today? It is 3.5 degrees", true);
  await saying;
  const captions = heard.flatMap(({ caption }) => caption ?? []);
  assert.equal(captions.join(""), "Good morning! How are you today? It is 3.5 degrees");
  const words = heard.flatMap(({ part }) => part.words);
  const spoken = words.map(({ start, length }) => captions.join("").slice(start, start + length));
  assert.deepEqual(spoken.slice(0, 4), ["Good", "morning", "How", "are"]);
  let atSample = 0;
  for (const { part } of heard) {
    assert.equal(part.atSample, atSample);
    atSample += part.pcm.length;
  }
});

test("a stream that falls silent while it is said fails by name", async () => {
  const stream = new Stream(0);
  stream.attend(0);
  stream.offer({ seq: 1, isFinal: false, content: { pcm: new Uint8Array(320) } }, 10);
  const saying = said(open({ kind: "stream", text: "" }, stream));
  saying.catch(() => {});
  await sleep(10);
  stream.turn(60_000);
  await assert.rejects(saying, {
    code: "STREAM_IDLE",
    message: /part 2 did not come within 30000/,
  });
});

test("abort ends a stream that waits", async () => {
  const abort = new AbortController();
  const stream = new Stream(0);
  const utterance = open({ kind: "stream", text: "" }, stream, abort.signal);
  const saying = said(utterance);
  abort.abort();
  assert.deepEqual(await saying, []);
});

function open(
  job: Pick<Job, "kind" | "text"> & Partial<Job>,
  stream = new Stream(0),
  abort: AbortSignal = never,
): Utterance {
  const parts = {
    voice: new ScriptedVoice(new ManualClock()),
    media: memoryMedia({ "m:a.wav": wav }),
    decoder: anyDecoder(),
    stream: () => stream,
  };
  const whole: Job = {
    ...{ id: "job", priority: 5, mode: "enqueue", interruptible: true, captions: true },
    ...{ actions: [], onRestart: "drop", deadlineMs: Number.POSITIVE_INFINITY, ...job },
    ...(job.kind === "stream" ? { pcm: { rateHz: 16_000, channels: 1 } } : {}),
  };
  return openUtterance(whole, parts, { lang: "en", onIgnored: () => {} }, abort);
}

function said(utterance: Utterance): Promise<Said[]> {
  return Array.fromAsync(utterance.said);
}
