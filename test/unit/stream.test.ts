import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import type { StreamPart } from "../../runtime/job/part.ts";
import { parsePart } from "../../runtime/job/part.ts";
import { Stream, type StreamItem } from "../../runtime/job/stream.ts";
import { Streams } from "../../runtime/job/streams.ts";
import { brief, bytes, open, reopen, submit } from "../support/desk.ts";

const never = new AbortController().signal;

test("parsePart() reads binary parts and JSON alike", () => {
  const pcm = Uint8Array.of(1, 2, 3, 4);
  const binary = parsePart(binaryPart(7, pcm, true), 2);
  assert.deepEqual(binary, { seq: 7, isFinal: true, content: { pcm } });
  const audio = Buffer.from(pcm).toString("base64");
  const json = parsePart(bytes({ seq: 7, isFinal: true, audio }), 2);
  assert.ok(!("code" in json) && "pcm" in json.content);
  assert.deepEqual(Uint8Array.from(json.content.pcm), pcm);
  const text = parsePart(bytes({ seq: 1, text: "Hello" }), 2);
  assert.deepEqual(text, { seq: 1, isFinal: false, content: { text: "Hello" } });
  const last = parsePart(bytes({ seq: 9, isFinal: true }), 2);
  assert.deepEqual(last, { seq: 9, isFinal: true, content: { text: "" } });
});

test("parsePart() names what is wrong", () => {
  const long = "x".repeat(limits.streamTextBytesMax + 1);
  const wrong: readonly [Uint8Array, string, RegExp][] = [
    [binaryPart(0, new Uint8Array(2)), "INVALID_VALUE", /number is 0/],
    [binaryPart(1, new Uint8Array(3)), "INVALID_VALUE", /3 bytes of sound, whole samples of 2/],
    [binaryPart(1, new Uint8Array(limits.streamPartBytesMax + 2)), "TOO_LARGE", /limit is 65536/],
    [bytes({ seq: 1, text: long }), "TOO_LARGE", /1001 bytes, limit is 1000/],
    [bytes({ seq: 1, audio: "AAA" }), "INVALID_VALUE", /not base64/],
    [bytes({ seq: 1, audio: "AAAA", text: "a" }), "INVALID_VALUE", /one of them/],
    [bytes({ seq: 1 }), "MISSING_FIELD", /neither audio nor text/],
    [bytes({ seq: "1", text: "a" }), "INVALID_TYPE", /\/seq/],
    [new TextEncoder().encode("RIFF"), "INVALID_JSON", /not JSON/],
  ];
  for (const [payload, code, message] of wrong) {
    const part = parsePart(payload, 2);
    assert.ok("code" in part, code);
    assert.equal(part.code, code);
    assert.match(part.message, message);
  }
  const stereo = parsePart(binaryPart(1, new Uint8Array(6)), 4);
  assert.ok("code" in stereo && /whole samples of 4 bytes/.test(stereo.message));
});

test("bytes of any kind are a part or an error, never a crash", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (payload) => {
      const part = parsePart(payload, 2);
      assert.ok("code" in part || part.seq >= 1);
    }),
  );
});

test("parts that come one to three times, in any order within the window, count once", async () => {
  const deliveries = fc.integer({ min: 1, max: 40 }).chain((count) =>
    fc.tuple(
      fc.constant(count),
      fc.array(fc.tuple(fc.nat(limits.streamAheadMax), fc.integer({ min: 1, max: 3 })), {
        minLength: count,
        maxLength: count,
      }),
    ),
  );
  const property = fc.asyncProperty(deliveries, async ([count, wishes]) => {
    const order = wishes
      .flatMap(([later, times], at) => Array(times).fill({ seq: at + 1, place: at + later / 2 }))
      .sort((a, b) => a.place - b.place);
    const stream = new Stream(0);
    for (const { seq } of order)
      assert.equal(stream.offer(sound(seq, seq === count), 0), undefined);
    const items = await drain(stream);
    assert.deepEqual(
      items.map((item) => ("pcm" in item ? item.pcm[0] : item)),
      Array.from({ length: count }, (_, at) => (at + 1) % 256),
    );
    assert.equal(stream.lost, 0);
  });
  await fc.assert(property);
});

test("a part that never comes is given up, and silence of its length stands for it", async () => {
  const stream = new Stream(0);
  stream.offer(sound(1), 0);
  stream.offer(sound(4, true), 10);
  assert.equal(stream.turn(10 + limits.streamGapMsMax - 1), undefined);
  const error = stream.turn(stream.nextMs);
  assert.equal(error?.code, "STREAM_GAP");
  assert.match(error?.message ?? "", /parts 2 to 3/);
  const items = await drain(stream);
  assert.deepEqual(items[1], { lostBytes: 8 });
  assert.deepEqual([stream.lost, stream.taken, stream.isWhole], [2, 2, true]);
  assert.equal(stream.nextMs, Infinity);
});

test("a stream that nobody drains is bounded; what had no room can be sent again", async () => {
  const stream = new Stream(0);
  const pcm = new Uint8Array(limits.streamPartBytesMax);
  const count = limits.streamBytesMax / limits.streamPartBytesMax;
  for (let seq = 1; seq <= count; seq++) {
    assert.equal(stream.offer({ seq, isFinal: false, content: { pcm } }, 0), undefined);
  }
  const next = { seq: count + 1, isFinal: true, content: { pcm } };
  const refused = stream.offer(next, 0);
  assert.deepEqual([refused?.code, refused?.retryable], ["STREAM_FULL", true]);
  await stream.next(never);
  assert.equal(stream.offer(next, 0), undefined);
  assert.ok(stream.isWhole);
});

test("what does not belong to a stream is refused by name", () => {
  const stream = new Stream(0);
  stream.offer(sound(1), 0);
  const text = { seq: 2, isFinal: false, content: { text: "Hello" } };
  assert.equal(stream.offer(text, 0)?.code, "STREAM_MIXED");
  assert.equal(stream.offer(sound(2 + limits.streamAheadMax + 1), 0)?.code, "STREAM_GAP");
  stream.offer({ seq: 2, isFinal: true, content: { text: "" } }, 0);
  assert.equal(stream.offer(sound(3), 0)?.code, "STREAM_ENDED");
});

test("parts wait for their job's turn; each trouble is told once", async () => {
  const { jobs } = await open();
  const streams = new Streams(jobs);
  const arrival = { nowMs: 0, wallMs: 0 };
  const at = (jobId: string, payload: Uint8Array) =>
    brief(streams.receive(jobId, payload, arrival));
  assert.deepEqual(at("a", binaryPart(1, new Uint8Array(2))), ["a rejected stream UNKNOWN_JOB"]);
  await submit(jobs, { jobId: "t", text: "text" });
  assert.deepEqual(at("t", binaryPart(1, new Uint8Array(2))), ["t rejected stream NOT_A_STREAM"]);
  await submit(jobs, { jobId: "a", kind: "stream" });
  assert.deepEqual(at("a", binaryPart(1, new Uint8Array(2))), []);
  assert.deepEqual(at("a", binaryPart(1, new Uint8Array(3))), ["a rejected stream INVALID_VALUE"]);
  assert.deepEqual(at("a", binaryPart(2, new Uint8Array(3))), []);
  const job = jobs.find("a")!;
  assert.equal(streams.of(job, 0).taken, 1);
  await jobs.next(1);
  await jobs.advance("t", "failed", {}, 2);
  await jobs.next(3);
  await jobs.advance("a", "failed", {}, 4);
  assert.deepEqual(streams.turn(5, 5), { events: [], nextMs: Infinity });
  assert.deepEqual(at("a", binaryPart(2, new Uint8Array(2))), ["a rejected stream STREAM_ENDED"]);
});

test("a stream that waited when the power went has failed: its parts are gone", async () => {
  const world = await open();
  await submit(world.jobs, { jobId: "a", kind: "stream", text: "caption", onRestart: "replay" });
  const { jobs, events } = await reopen(world);
  assert.deepEqual(brief(events), ["a failed STREAM_LOST"]);
  assert.equal(jobs.depth, 0);
});

function sound(seq: number, isFinal = false): StreamPart {
  return { seq, isFinal, content: { pcm: new Uint8Array(4).fill(seq % 256) } };
}

function binaryPart(seq: number, pcm: Uint8Array, isFinal = false): Uint8Array {
  const head = Buffer.from("FDS\0\0\0\0\0", "latin1");
  head.writeUInt8(isFinal ? 1 : 0, 3);
  head.writeUInt32LE(seq, 4);
  return new Uint8Array(Buffer.concat([head, pcm]));
}

async function drain(stream: Stream): Promise<StreamItem[]> {
  const items: StreamItem[] = [];
  for (;;) {
    const item = await stream.next(never);
    if (!item) return items;
    items.push(item);
  }
}
