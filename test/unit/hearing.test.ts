import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import type { Heard } from "../../runtime/mouth/heard.ts";
import { Hearing } from "../../runtime/mouth/hearing.ts";
import type { Segment } from "../../runtime/mouth/segments.ts";

const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));
const rateHz = 16_000;
const outputHz = 48_000;

test("Hearing gives segments without gaps over the whole sound, in any chunking", async () => {
  const sound = vowels(2.5);
  const whole = await hear([sound]);
  const chunks = Array.from({ length: 40 }, (_, at) => sound.subarray(at * 1000, at * 1000 + 1000));
  assert.deepEqual(await hear(chunks), whole);
  assert.equal(whole[0]?.from, 0);
  for (const [at, { from }] of whole.slice(1).entries()) assert.equal(from, whole[at]!.to);
  const seconds = (whole.at(-1)?.to ?? 0) / outputHz;
  assert(seconds >= 2.5 && seconds < 2.5 + 0.16, `segments end at ${seconds} s`);
});

test("Hearing settles a shape once, 147.5 ms behind its end, and tells it at 87.5 ms", async () => {
  await using network = await new OnnxInference().open(model);
  const hearing = new Hearing(network, 1000);
  const speech = vowels(1);
  let [settledMs, told] = [0, ""];
  for (let at = 0; at < speech.length; at += 80) {
    const { segments, settled } = await hearing.push(speech.subarray(at, at + 80));
    const soundMs = (Math.min(at + 80, speech.length) * 1000) / rateHz;
    const known = segments.filter(({ to }) => to <= settledMs).map(({ viseme }) => viseme);
    assert(told.endsWith(known.join()) || known.length === 0, `${told} became ${known}`);
    told = segments
      .filter(({ to }) => to <= settled)
      .map(({ viseme }) => viseme)
      .join();
    settledMs = settled;
    assert(settledMs >= soundMs - 147.5 - 40, `settled to ${settledMs} of ${soundMs} ms`);
    const toldMs = segments.at(-1)?.to ?? 0;
    assert(toldMs >= soundMs - 87.5 - 40, `told to ${toldMs} of ${soundMs} ms`);
  }
});

test("Hearing gives nothing for no sound", async () => {
  assert.deepEqual(await hear([]), []);
});

test("Hearing sees an open mouth in a vowel, and a closed one soon after it", async () => {
  const segments = await hear([sound(1, () => 0), vowels(0.6), sound(1, () => 0)]);
  const open = segments.filter(({ viseme }) => viseme !== "sil");
  const [first, last] = [open[0]!, open.at(-1)!];
  assert(Math.abs(first.from / outputHz - 1) <= 0.1, `opens at ${first.from / outputHz} s`);
  assert(last.to / outputHz <= 1.6 + 0.12, `closes at ${last.to / outputHz} s`);
});

test("Hearing leaves the mouth closed in silence, hiss, breath and knocks", async () => {
  const turn = 2 * Math.PI;
  const hiss = (): number => 6000 * (random() - 0.5);
  const sounds = [
    sound(20, () => 0),
    sound(20, hiss),
    sound(20, (at) => hiss() * Math.max(0, Math.sin(turn * 0.5 * at)) ** 2),
    sound(20, (at) => 8000 * Math.exp(-60 * (at % 0.5)) * Math.sin(turn * 900 * at)),
  ];
  for (const one of sounds) {
    const open = (await hear([one])).filter(({ viseme }) => viseme !== "sil");
    const seconds = open.reduce((sum, { from, to }) => sum + (to - from) / outputHz, 0);
    // A moment of noise may sound like a vowel; one in fifty would be seen.
    assert(seconds < 0.4, `the mouth is open for ${seconds} s of 20 s`);
  }
});

async function hear(chunks: readonly Int16Array[]): Promise<readonly Segment[]> {
  await using network = await new OnnxInference().open(model);
  const hearing = new Hearing(network, outputHz);
  let segments: readonly Segment[] = [];
  const take = ({ from, segments: next }: Heard): void => {
    segments = [...segments.filter((segment) => segment.from < from), ...next];
  };
  for (const chunk of chunks) take(await hearing.push(chunk));
  take(await hearing.end());
  return segments;
}

function sound(seconds: number, at: (seconds: number) => number): Int16Array {
  return Int16Array.from({ length: seconds * rateHz }, (_, index) => at(index / rateHz));
}

/** A voice of 120 Hz through the formants of an open vowel (Peterson and Barney, JASA, 1952). */
function vowels(seconds: number): Int16Array {
  const pulses = Float64Array.from({ length: seconds * rateHz }, (_, at) =>
    at % 133 === 0 ? 1 : 0,
  );
  for (const [hz, widthHz] of [
    [730, 80],
    [1090, 90],
    [2440, 120],
  ] as const) {
    const radius = Math.exp((-Math.PI * widthHz) / rateHz);
    const swing = 2 * radius * Math.cos((2 * Math.PI * hz) / rateHz);
    for (let at = 0; at < pulses.length; at++) {
      pulses[at]! += swing * (pulses[at - 1] ?? 0) - radius ** 2 * (pulses[at - 2] ?? 0);
    }
  }
  const peak = pulses.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Int16Array.from(pulses, (value) => (12_000 * value) / peak);
}

let seed = 1;

/** 0..1, the same sequence in every run (Lehmer; Park and Miller, CACM, 1988). */
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647;
}
