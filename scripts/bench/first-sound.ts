import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../drivers/clock/system.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { cachedVoice } from "../../drivers/voice/cached.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { openFlite } from "../../drivers/voice/flite.ts";
import { openNeural } from "../../drivers/voice/neural.ts";
import { RemoteVoice } from "../../drivers/voice/remote.ts";
import { SpeechService } from "../../drivers/voice/service.ts";
import type { Voice } from "../../drivers/voice/voice.ts";
import { prepare } from "../../runtime/speech/prepare.ts";
import { type Figure, percentileOf } from "./figure-line.ts";
import { humDescription, humModel } from "./hum-model.ts";
import { humHz, SpeechServer } from "./speech-service.ts";

const helperPath = join(import.meta.dirname, "../../build/native/bin/espeak");
const decoder = wavDecoder();

const sentence = "Good morning, the museum on the left opens today at nine o'clock.";
/** 17 sentences of 12 words, each another one, so that nothing is remembered. */
const longText = Array.from({ length: 17 }, (_, at) => `${sentence.slice(0, -1)} in room ${at}.`);

/**
 * From a text to its first sound, with every engine, warm: of 12 words and of 200. The neural model
 * is a tiny one and the service is on this board, so that theirs is what the house adds.
 */
export async function* engineSounds(runs: number): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-first-sound-"));
  await using server = await SpeechServer.start();
  try {
    for (const [name, open] of Object.entries(enginesOf(folder, server.url))) {
      await using voice = await open();
      await timeOf(voice, "Ready.");
      const short = await timesOf(voice, sentence, runs);
      const long = await timesOf(voice, longText.join(" "), runs);
      const target = { atMost: 250 };
      const what = `${name}: text -> first sound`;
      yield {
        name: `${what}, 12 words, p95`,
        value: percentileOf(short, 0.95),
        unit: "ms",
        target,
      };
      yield {
        name: `${what}, 200 words, p95`,
        value: percentileOf(long, 0.95),
        unit: "ms",
        target,
      };
      const value = percentileOf(long, 0.5) - percentileOf(short, 0.5);
      yield { name: `${what}, 200 words later`, value, unit: "ms", target: { atMost: 25 } };
    }
    yield* cacheGain(runs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function enginesOf(folder: string, url: string): Readonly<Record<string, () => Promise<Voice>>> {
  const model = join(folder, "hum.onnx");
  writeFileSync(model, humModel({ speakers: false }));
  writeFileSync(`${model}.json`, JSON.stringify(humDescription({ speakers: false })));
  const asked = { url, model: "m", voice: "v", format: "pcm", rateHz: humHz } as const;
  const service = new SpeechService({ ...asked, langs: ["en"], waitMsMax: 5_000 });
  return {
    espeak: () => openEspeak(helperPath),
    "flite slt": () => openFlite(decoder, { voice: "slt" }),
    "neural, tiny": () => openNeural(model, { helperPath }),
    "remote, local": async () => new RemoteVoice(service, { clock: systemClock(), decoder }),
  };
}

/** How much sooner a sentence sounds that was said before, with the slowest local engine. */
async function* cacheGain(runs: number): AsyncIterable<Figure> {
  const flite = await openFlite(decoder, { voice: "slt" });
  await using voice = await cachedVoice(flite, new MemoryDisk(), { bytesMax: 64 * 2 ** 20 });
  const first: number[] = [];
  const again: number[] = [];
  for (const text of longText.slice(0, Math.min(runs, longText.length))) {
    first.push(await wholeTimeOf(voice, text));
    await new Promise((resolve) => setTimeout(resolve, 20));
    again.push(await wholeTimeOf(voice, text));
  }
  const value = percentileOf(first, 0.5) / percentileOf(again, 0.5);
  yield { name: "cache: times sooner than flite slt, p50", value, unit: "x", target: undefined };
}

async function timesOf(voice: Voice, text: string, runs: number): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await timeOf(voice, text));
  return times;
}

/** Milliseconds to the first part; the rest is not waited for. */
async function timeOf(voice: Voice, text: string): Promise<number> {
  const abort = new AbortController();
  const startMs = performance.now();
  for await (const _ of prepare(voice, { kind: "text", text }, abort.signal)) break;
  const ms = performance.now() - startMs;
  abort.abort();
  return ms;
}

async function wholeTimeOf(voice: Voice, text: string): Promise<number> {
  const startMs = performance.now();
  await Array.fromAsync(voice.speak({ text }, new AbortController().signal));
  return performance.now() - startMs;
}
