import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Decoder } from "../../runtime/mouth/decode.ts";
import { type HeardFrame, Listener, lookAheadMs } from "../../runtime/mouth/listener.ts";
import { LogMel, listening, stepLeadSamples, stepReachSamples } from "../../runtime/mouth/mel.ts";

/** Values that `scripts/train-speech/export.py` computed for a made-up sound of 0.6 s. */
const reference = JSON.parse(
  readFileSync(new URL("../golden/speech-reference.json", import.meta.url), "utf8"),
) as {
  readonly pcm: readonly number[];
  /** Every ninth frame of 10 ms. */
  readonly mel: readonly (readonly number[])[];
  /** Every fifth step of 20 ms. */
  readonly early: readonly (readonly number[])[];
  readonly late: readonly (readonly number[])[];
};
const pcm = Int16Array.from(reference.pcm);
const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));

test("LogMel gives the features of the training to 1e-4", () => {
  const sound = new Float32Array(stepLeadSamples + pcm.length + listening.windowSamples);
  sound.set(
    [...pcm].map((sample) => sample / 32_768),
    stepLeadSamples,
  );
  const mel = new LogMel();
  const step = new Float32Array(2 * listening.bands);
  for (const [row, expected] of reference.mel.entries()) {
    const frame = 9 * row;
    mel.step(sound, Math.floor(frame / 2) * 2 * listening.hopSamples, step);
    assertClose(step.subarray((frame % 2) * listening.bands), expected, 1e-4);
  }
});

test("LogMel and Decoder allocate nothing for a step", () => {
  const mel = new LogMel();
  const decoder = new Decoder();
  const sound = Float32Array.from({ length: stepReachSamples }, (_, at) => Math.sin(at ** 1.3));
  const step = new Float32Array(2 * listening.bands);
  const chances = new Float32Array(15).fill(1 / 15);
  const run = (steps: number): number => {
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < steps; at++) {
      mel.step(sound, 0, step);
      decoder.push(chances, chances, 0);
    }
    return process.memoryUsage().heapUsed - before;
  };
  // The compiler works while the first thousands run; a collection would show as less than nothing.
  const bytes = Array.from({ length: 8 }, () => run(3000) / 3000);
  const [least] = bytes.filter((each) => each >= 0).sort((a, b) => a - b);
  assert(least !== undefined && least < 8, `${bytes} bytes a step`);
});

test("Listener gives the answers of the training, in the place of their sound", async () => {
  const { early, late } = await listen([pcm]);
  for (const [row, expected] of reference.early.entries()) {
    assertClose(early[5 * row]!, expected, 1e-4);
  }
  const lateSteps = 3;
  for (const [row, expected] of reference.late.entries()) {
    assertClose(late[5 * row + lateSteps]!, expected, 1e-4);
  }
});

test("Listener tells the same however the sound is cut", async () => {
  const whole = await listen([pcm]);
  const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      assert.deepEqual(await listen(cut(pcm, lengths)), whole);
    }),
    { numRuns: 20 },
  );
});

test("Listener goes on from a saved state as if it had not been interrupted", async () => {
  const whole = await listen([pcm]);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: pcm.length }), async (at) => {
      const heard = new Heard();
      await using first = await new OnnxInference().open(model);
      await using second = await new OnnxInference().open(model);
      const before = new Listener(first);
      await before.push(pcm.subarray(0, at), (frame) => heard.add(frame));
      const after = new Listener(second);
      after.resume(before.save());
      await after.push(pcm.subarray(at), (frame) => heard.add(frame));
      await after.end((frame) => heard.add(frame));
      assert.deepEqual(heard, whole);
    }),
    { numRuns: 10 },
  );
});

test("Listener starts afresh after the end of a sound", async () => {
  const whole = await listen([pcm]);
  await using network = await new OnnxInference().open(model);
  const listener = new Listener(network);
  await listener.push(pcm.subarray(0, 5000), () => {});
  await listener.end(() => {});
  const heard = new Heard();
  await listener.push(pcm, (frame) => heard.add(frame));
  await listener.end((frame) => heard.add(frame));
  assert.deepEqual(heard, whole);
});

test("Listener tells a frame once the sound up to its look-ahead is in", async () => {
  await using network = await new OnnxInference().open(model);
  const listener = new Listener(network);
  const numbers: number[] = [];
  const due = ((40 * 6 + lookAheadMs) * listening.rateHz) / 1000;
  await listener.push(pcm.subarray(0, due - 1), ({ number }) => numbers.push(number));
  assert.deepEqual(numbers, [0, 1, 2, 3, 4]);
  await listener.push(pcm.subarray(due - 1, due), ({ number }) => numbers.push(number));
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5]);
  assert(lookAheadMs <= 100);
});

test("Listener refuses a model of another shape by name", async () => {
  const memory = readFileSync(new URL("../golden/memory.onnx", import.meta.url));
  await using network = await new OnnxInference().open(memory);
  assert.throws(() => new Listener(network), {
    message: "Cannot use speech model: mel is missing, it should be [1, 2, 80]",
  });
});

/** What a listener told, a row for each 20 ms. */
class Heard {
  readonly early: number[][] = [];
  readonly late: number[][] = [];
  readonly levels: number[][] = [];

  add({ number, early, late, voicing, loudness }: HeardFrame): void {
    assert.equal(number, this.levels.length);
    for (const half of [0, 15]) {
      this.early.push([...early.subarray(half, half + 15)]);
      this.late.push([...late.subarray(half, half + 15)]);
    }
    this.levels.push([voicing, loudness]);
  }
}

async function listen(chunks: readonly Int16Array[]): Promise<Heard> {
  await using network = await new OnnxInference().open(model);
  const listener = new Listener(network);
  const heard = new Heard();
  for (const chunk of chunks) await listener.push(chunk, (frame) => heard.add(frame));
  await listener.end((frame) => heard.add(frame));
  return heard;
}

function cut(sound: Int16Array, lengths: readonly number[]): Int16Array[] {
  const chunks: Int16Array[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(sound.subarray(at, at + length));
    at += length;
  }
  return [...chunks, sound.subarray(Math.min(at, sound.length))];
}

function assertClose(values: ArrayLike<number>, expected: readonly number[], most: number): void {
  for (const [at, value] of expected.entries()) {
    const gap = Math.abs(values[at]! - value);
    assert(gap <= most, `value ${at} is ${values[at]}, it should be ${value}`);
  }
}
