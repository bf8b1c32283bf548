import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import type { Heard } from "../../runtime/mouth/heard.ts";
import { Hearing } from "../../runtime/mouth/hearing.ts";
import type { Segment } from "../../runtime/mouth/segments.ts";
import { noises, sampled, vowel } from "../support/noises.ts";

const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));
const rateHz = 16_000;
const outputHz = 48_000;

test("Hearing gives segments without gaps over the whole sound, in any chunking", async () => {
  const sound = vowel(2.5, rateHz);
  const whole = await hear([sound]);
  const chunks = Array.from({ length: 40 }, (_, at) => sound.subarray(at * 1000, at * 1000 + 1000));
  assert.deepEqual(await hear(chunks), whole);
  assert.equal(whole[0]?.from, 0);
  for (const [at, { from }] of whole.slice(1).entries()) assert.equal(from, whole[at]!.to);
  const seconds = (whole.at(-1)?.to ?? 0) / outputHz;
  assert(seconds >= 2.5 && seconds < 2.5 + 0.16, `segments end at ${seconds} s`);
});

test("Hearing settles a shape once, at 147.5 ms, with an impression at 87.5 ms", async () => {
  await using network = await new OnnxInference().open(model);
  const hearing = new Hearing(network, 1000);
  const speech = vowel(1, rateHz);
  const settledBefore: string[] = [];
  for (let at = 80; at <= speech.length; at += 80) {
    const { segments, settled } = await hearing.push(speech.subarray(at - 80, at));
    for (const { from, to, viseme } of segments) {
      for (let ms = from; ms < Math.min(to, settled); ms += 20) {
        assert.equal(settledBefore[ms / 20] ?? viseme, viseme, `at ${ms} ms`);
        settledBefore[ms / 20] = viseme;
      }
    }
    const frameMs = Math.floor((at / 16 - 87.5) / 40) * 40;
    assert.equal(settled, Math.max(0, frameMs - 60));
    if (frameMs >= 0) assert.equal(segments.at(-1)?.to ?? 0, frameMs);
  }
});

test("Hearing gives nothing for no sound", async () => {
  assert.deepEqual(await hear([]), []);
});

test("Hearing sees an open mouth in a vowel, and a closed one soon after it", async () => {
  const pause = sampled(noises.silence!, 1, rateHz);
  const segments = await hear([pause, vowel(0.6, rateHz), pause]);
  const open = segments.filter(({ viseme }) => viseme !== "sil");
  const [first, last] = [open[0]!, open.at(-1)!];
  assert(Math.abs(first.from / outputHz - 1) <= 0.1, `opens at ${first.from / outputHz} s`);
  assert(last.to / outputHz <= 1.6 + 0.12, `closes at ${last.to / outputHz} s`);
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
