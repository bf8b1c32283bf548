import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { systemClock } from "../../drivers/clock/system.ts";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { type RemoteTrouble, RemoteVoice } from "../../drivers/voice/remote.ts";
import { type ServiceOptions, SpeechService } from "../../drivers/voice/service.ts";
import { type SpeechChunk, VoiceError } from "../../drivers/voice/voice.ts";
import { humHz, SpeechServer } from "../../scripts/bench/speech-service.ts";
import { voiceContract } from "./voice.ts";

const never = new AbortController().signal;
let server: SpeechServer;
before(async () => {
  server = await SpeechServer.start();
  server.encode = encoded;
});
after(() => server[Symbol.asyncDispose]());

for (const format of ["pcm", "wav", "opus"] as const) {
  voiceContract(`remote ${format}`, async () => remote({ format }), false);
}

test("remote: asks as OpenAI's API wants it, with the key of the moment", async () => {
  server.asked.length = 0;
  let secret = "key-1";
  const voice = remote({ key: async () => secret });
  await say(voice, { text: "Hello.", rate: 1.5 });
  secret = "key-2";
  await say(voice, { text: "Hello.", voice: "nova" });
  assert.deepEqual(server.asked, [
    {
      body: { model: "m", voice: "v", response_format: "pcm", speed: 1.5, input: "Hello." },
      authorization: "Bearer key-1",
    },
    {
      body: { model: "m", voice: "nova", response_format: "pcm", speed: 1, input: "Hello." },
      authorization: "Bearer key-2",
    },
  ]);
});

test("remote: sound is given out before the service has sent all of it", async () => {
  server.manners = ["slow"];
  const reading = remote({}).speak({ text: "One two three four five six." }, never);
  let chunks = 0;
  for await (const _ of reading) chunks++;
  assert.ok(chunks >= 4, `${chunks} chunks`);
});

test("remote: words rise over the sound and are all there", async () => {
  const chunks = await say(remote({}), { text: "One two three four five six seven eight." });
  const words = chunks.flatMap((chunk) => chunk.words);
  assert.equal(words.length, 8);
  const lastS = words.at(-1)!.atSample / humHz;
  assert.ok(lastS > 1 && lastS < 1.93, `the last word is at ${lastS} s of 1.92 s`);
});

test("remote: a failure before the first sound is tried again, and told", async () => {
  for (const manner of ["500", "silent", "empty"] as const) {
    server.manners = [manner];
    const troubles: RemoteTrouble[] = [];
    const voice = remote({ waitMsMax: 300 }, troubles);
    assert.ok((await say(voice, { text: "Hello there." })).length > 0, manner);
    assert.deepEqual(
      troubles.map(({ kind }) => kind),
      ["service-retried"],
    );
  }
});

test("remote: after three failures it rests, and fails at once meanwhile", async () => {
  server.manners = ["500", "500", "500"];
  const troubles: RemoteTrouble[] = [];
  const voice = remote({}, troubles);
  await assert.rejects(say(voice, { text: "Hello." }), /Cannot speak: the service says 500 out of/);
  assert.deepEqual(
    troubles.map(({ kind }) => kind),
    ["service-retried", "service-retried", "service-rests"],
  );
  server.asked.length = 0;
  await assert.rejects(say(voice, { text: "Hello." }), /Cannot speak: the service rests after/);
  assert.equal(server.asked.length, 0);
});

test("remote: what cannot be right the second time is not tried twice", async () => {
  const cases = [
    ["401", "pcm", /the service says 401 Incorrect API key provided: none, it should say 200/],
    ["html", "pcm", /the service sent text\/html, it should send audio/],
    ["cut", "pcm", /the service broke off in the middle, /],
    ["endless", "pcm", /broke off in the middle, the service sends without end, it should stop/],
  ] as const;
  for (const [manner, format, message] of cases) {
    server.manners = [manner];
    server.asked.length = 0;
    const failure = await say(remote({ format }), { text: "Hello there, all." }).catch((e) => e);
    assert.ok(failure instanceof VoiceError, manner);
    assert.match(failure.message, message);
    assert.equal(server.asked.length, 1, manner);
  }
});

test("remote: bytes that are no sound are named", async () => {
  const broken = await SpeechServer.start();
  await using _ = broken;
  broken.encode = () => Buffer.from("this is no sound at all, not even a header");
  for (const format of ["wav", "opus"] as const) {
    const voice = remote({ format, url: broken.url });
    await assert.rejects(say(voice, { text: "Hello." }), /Cannot speak: .*it begins "this is no s/);
  }
  broken.encode = () => header(humHz, 1);
  const bare = remote({ format: "pcm", url: broken.url });
  await assert.rejects(say(bare, { text: "Hello." }), /a file that begins "RIFF", it should send/);
  broken.encode = () => header(8_000, 5);
  const voice = remote({ format: "wav", url: broken.url });
  await assert.rejects(say(voice, { text: "Hello." }), /says 5 channels, 1 or 2 are due/);
});

test("remote: nobody there is said with the system's word for it", async () => {
  const voice = remote({ url: "http://127.0.0.1:9/v1/audio/speech" });
  await assert.rejects(say(voice, { text: "Hello." }), /Cannot speak: .*does not answer: /);
});

function remote(options: Partial<ServiceOptions>, troubles: RemoteTrouble[] = []): RemoteVoice {
  const usual = { model: "m", voice: "v", format: "pcm", rateHz: humHz, waitMsMax: 5_000 } as const;
  const service = new SpeechService({ url: server.url, langs: ["en"], ...usual, ...options });
  const onTrouble = (trouble: RemoteTrouble) => void troubles.push(trouble);
  return new RemoteVoice(service, { clock: systemClock(), decoder: anyDecoder(), onTrouble });
}

function say(voice: RemoteVoice, request: Parameters<RemoteVoice["speak"]>[0]) {
  return Array.fromAsync<SpeechChunk>(voice.speak(request, never));
}

function encoded(pcm: Buffer, format: string): Buffer {
  if (format === "pcm") return pcm;
  if (format === "wav") return Buffer.concat([header(humHz, 1), pcm]);
  const input = ["-f", "s16le", "-ar", String(humHz), "-ac", "1", "-i", "pipe:0"];
  const output = ["-c:a", "libopus", "-b:a", "32k", "-f", "ogg", "pipe:1"];
  return execFileSync("ffmpeg", ["-v", "error", ...input, ...output], { input: pcm });
}

/** As a server writes it that does not know the length yet. */
function header(rateHz: number, channels: number): Buffer {
  const bytes = Buffer.alloc(44);
  bytes.write("RIFF\xff\xff\xff\xffWAVEfmt ", 0, "latin1");
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rateHz, 24);
  bytes.writeUInt32LE(rateHz * channels * 2, 28);
  bytes.writeUInt16LE(channels * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data\xff\xff\xff\xff", 36, "latin1");
  return bytes;
}
