import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { joined, sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import type { Network } from "../../drivers/inference/inference.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Ears } from "../../runtime/desk/ears.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { Expected } from "../../runtime/mouth/align.ts";
import type { MouthShape } from "../../runtime/mouth/shape.ts";
import { MouthTrack } from "../../runtime/mouth/track.ts";
import { visemes } from "../../runtime/mouth/viseme.ts";
import type { SpeechPart } from "../../runtime/speech/utterance.ts";
import type { ToStage } from "../../runtime/stage/messages.ts";
import { type Noise, noises, sampled, vowel } from "../support/noises.ts";

const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));
const openModel = (): Promise<Network> => new OnnxInference().open(model);

describe("the mouth of sound without phonemes", () => {
  test("opens with a voice and is shut 120 ms after it, 200 ms where noise goes on", async () => {
    const pause = (noise: Noise): Int16Array => sampled(noise, 1, sampleRateHz);
    for (const [name, mostMs] of [
      ["silence", 120],
      ["hiss", 200],
    ] as const) {
      const noise = noises[name]!;
      const voice = vowel(0.6, sampleRateHz);
      const { track } = await heard([joined(pause(noise), voice, pause(noise))]);
      const open = openFrames(track);
      assert(open.length >= 14, `${name}: open for ${open.length} frames`);
      const [first, last] = [open[0]! * 40, (open.at(-1)! + 1) * 40];
      assert(Math.abs(first - 1000) <= 80, `${name}: opens at ${first} ms`);
      assert(last <= 1600 + mostMs, `${name}: shut at ${last} ms`);
    }
  });

  for (const [name, noise] of Object.entries(noises)) {
    test(`does not move in ${name}`, async () => {
      const { track } = await heard([sampled(noise, 10, sampleRateHz)]);
      const open = openFrames(track);
      assert(track.length >= 250);
      assert.equal(open.length, 0, `open in ${open.length} of ${track.length} frames: ${open}`);
    });
  }

  test("opens with a voice that begins over music", async () => {
    const voice = vowel(0.6, sampleRateHz);
    const music = sampled(noises.music!, 3, sampleRateHz);
    for (let at = 0; at < voice.length; at++) music[1.4 * sampleRateHz + at]! += voice[at]!;
    const open = openFrames((await heard([music])).track);
    assert(open.length >= 12, `open in ${open}`);
    assert(Math.abs(open[0]! * 40 - 1400) <= 120, `opens at ${open[0]! * 40} ms`);
  });

  test("is the same however the sound comes in", async () => {
    const sound = joined(
      sampled(noises.hiss!, 0.3, sampleRateHz),
      vowel(0.4, sampleRateHz),
      sampled(noises.silence!, 0.1, sampleRateHz),
      vowel(0.35, sampleRateHz),
    );
    const whole = shapes((await heard([sound])).track);
    const sizes = fc.array(fc.integer({ min: 480, max: 9_000 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        assert.deepEqual(shapes((await heard(cut(sound, lengths))).track), whole);
      }),
      { numRuns: 12 },
    );
  });

  test("is there when it is due, from a first impression of the sound so far", async () => {
    const pause = sampled(noises.silence!, 0.4, sampleRateHz);
    const sound = joined(pause, vowel(0.5, sampleRateHz), pause);
    const { track, ears } = stage(openModel);
    const delay = 0.15 * sampleRateHz;
    for (let at = 0; at + 960 <= sound.length; at += 960) {
      ears.post(partMessage(sound.subarray(at, at + 960), at));
      await ears.settled();
      if (at > delay) track.due(at - delay);
    }
    assert.equal(track.guessed, 0, "every frame was heard 150 ms behind the sound");
    assert(openFrames(track).length >= 10, `open in ${openFrames(track)} of ${track.length}`);
    await ears[Symbol.asyncDispose]();
  });

  test("a part with phonemes keeps them, between two that have none", async () => {
    const voice = vowel(0.4, sampleRateHz);
    const { track, ears } = stage(openModel);
    ears.post(partMessage(voice, 0));
    const phonemes = [{ atSample: voice.length, ipa: "m" }];
    ears.post(partMessage(voice, voice.length, phonemes));
    ears.post(partMessage(voice, 2 * voice.length));
    ears.post({ kind: "end", generation: 1 });
    await ears.settled();
    const said = shapes(track).map((shape) => visemes[shape.indexOf(Math.max(...shape))]);
    assert.equal(said.length, 30);
    assert(said.slice(11, 19).every((viseme) => viseme === "PP"));
    assert(
      said.slice(1, 9).every((viseme) => viseme === "aa"),
      String(said),
    );
    assert(
      said.slice(22, 29).every((viseme) => viseme === "aa"),
      String(said),
    );
    await ears[Symbol.asyncDispose]();
  });
});

describe("ears", () => {
  test("without a model say so once, and the mouth follows loudness", async () => {
    const trace = new TraceRing();
    const failing = () => Promise.reject(new Error("Cannot open model: it is not there"));
    const voice = vowel(0.4, sampleRateHz);
    const { track, sent } = await heard([voice, voice], failing, trace);
    assert.equal(trace.count("mouth.model-absent"), 1);
    assert.match(String(trace.recent()[0]?.reason), /it is not there/);
    assert.equal(sent.filter(({ kind }) => kind === "deaf").length, 1);
    assert(openFrames(track).length >= 18);
    assert.equal(track.guessed, 0);
  });

  test("open the model for sound alone, not for a voice that tells phonemes", async () => {
    let opened = 0;
    const open = () => {
      opened++;
      return openModel();
    };
    const { ears } = stage(open);
    const rest = new Int16Array(69);
    ears.post(partMessage(vowel(0.4, sampleRateHz), 0, [{ atSample: 0, ipa: "a" }]));
    ears.post(partMessage(rest, 0.4 * sampleRateHz));
    ears.post(partMessage(new Int16Array(9_600), 0.4 * sampleRateHz + 69));
    ears.post({ kind: "end", generation: 1 });
    await ears.settled();
    assert.equal(opened, 0);
  });

  test("say nothing of an utterance that was stopped, and begin the next one afresh", async () => {
    const voice = vowel(0.5, sampleRateHz);
    const world = stage(openModel);
    const { ears, sent } = world;
    ears.post(partMessage(voice, 0));
    ears.post({ kind: "stop", generation: 1 });
    ears.post({ kind: "begin", generation: 2, caption: "" });
    ears.post({ ...partMessage(voice, 0), generation: 2 });
    ears.post({ kind: "end", generation: 2 });
    await ears.settled();
    const told = sent.filter(({ kind }) => kind === "heard");
    assert(told.every((message) => "generation" in message && message.generation === 2));
    const { track: alone } = await heard([voice]);
    assert.deepEqual(shapes(world.track), shapes(alone));
    await ears[Symbol.asyncDispose]();
  });
});

/** Nobody can read any text. */
const read = (): Promise<readonly Expected[]> => Promise.reject(new Error("Cannot read"));

/** Ears before a stage that is a mouth track alone; `begin` starts a new one. */
function stage(open: () => Promise<Network>, trace = new TraceRing()) {
  const sent: ToStage[] = [];
  const stage = { track: new MouthTrack() };
  const ears = new Ears({ model: open, read, trace }, (message) => {
    sent.push(message);
    if (message.kind === "begin") stage.track = new MouthTrack();
    if (message.kind === "part") stage.track.append(message.part);
    if (message.kind === "heard") stage.track.hear(message.heard);
    if (message.kind === "deaf") stage.track.deafen();
    if (message.kind === "end") stage.track.end();
  });
  ears.post({ kind: "begin", generation: 1, caption: "" });
  return {
    ears,
    sent,
    get track() {
      return stage.track;
    },
  };
}

async function heard(
  chunks: readonly Int16Array[],
  open: () => Promise<Network> = openModel,
  trace = new TraceRing(),
) {
  const world = stage(open, trace);
  let atSample = 0;
  for (const pcm of chunks) {
    world.ears.post(partMessage(pcm, atSample));
    atSample += pcm.length;
  }
  world.ears.post({ kind: "end", generation: 1 });
  await world.ears.settled();
  await world.ears[Symbol.asyncDispose]();
  return world;
}

function partMessage(
  pcm: Int16Array,
  atSample: number,
  phonemes: SpeechPart["phonemes"] = [],
): Extract<ToStage, { kind: "part" }> {
  const part = { atSample, pcm, phonemes, words: [], cues: [] };
  return { kind: "part", generation: 1, part };
}

function openFrames(track: MouthTrack): number[] {
  return shapesOf(track).flatMap(({ opening }, frame) => (opening > 0.05 ? [frame] : []));
}

function shapesOf(track: MouthTrack): MouthShape[] {
  return Array.from({ length: track.length }, (_, frame) => track.shapeAt(frame * samplesPerFrame));
}

function shapes(track: MouthTrack): number[][] {
  return shapesOf(track).map(({ weights, opening }) => [...weights, opening]);
}

function cut(sound: Int16Array, lengths: readonly number[]): Int16Array[] {
  const chunks: Int16Array[] = [];
  let at = 0;
  for (const length of lengths) {
    if (sound.length - at < length + 480) break;
    chunks.push(sound.subarray(at, at + length));
    at += length;
  }
  return [...chunks, sound.subarray(at)];
}
