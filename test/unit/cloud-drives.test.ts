import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../config/limits.ts";
import { wavDecoder } from "../../drivers/decoder/wav.ts";
import { memoryMedia } from "../../drivers/media/memory.ts";
import { AbsentVoice } from "../../drivers/voice/absent.ts";
import { readDrive } from "../../runtime/cloud/drive.ts";
import { Drives } from "../../runtime/cloud/drives.ts";
import type { DriveEvent } from "../../runtime/cloud/event.ts";
import { Speaker } from "../../runtime/desk/speaker.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";

const facts = { display: "memory", displaysRefused: [], audio: "silent", audioRefused: [] };
const shown = { avatar: "anna", tier: "720p", width: 720, height: 1280, framesPerSecond: 25 };
const ready: FromStage = { kind: "ready", facts: { ...facts, ...shown } };
const proof = { spokenMs: 160, framesShown: 4, framesDropped: 0, underruns: 0, avOffsetMsP95: 0 };

/** Drives on a real speaker; its stage says that it heard what it is sent, when it is asked. */
function world() {
  const told: DriveEvent[] = [];
  const sent: ToStage[] = [];
  let named = 0;
  const sources = {
    voice: new AbsentVoice("there is no voice"),
    media: memoryMedia({}),
    decoder: wavDecoder(),
    stream: (job: Parameters<Drives["stream"]>[0]) => drives.stream(job),
  };
  const speaker = new Speaker(
    sources,
    "en",
    (message) => void sent.push(message),
    () => {},
  );
  const drives = new Drives(
    speaker,
    () => `own-${++named}`,
    (event) => void told.push(event),
  );
  speaker.receive(ready);
  /** Lets the speaker work, then answers as a stage does. */
  const hear = async (nowMs: number): Promise<void> => {
    for (let round = 0; round < 20; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const message of sent.splice(0)) {
        if (!("generation" in message)) continue;
        const { generation } = message;
        if (message.kind === "end") speaker.receive({ kind: "primed", generation });
        if (message.kind === "go") {
          speaker.receive({ kind: "speaking", generation });
          speaker.receive({ kind: "finished", generation, proof });
        }
        if (message.kind === "stop") speaker.receive({ kind: "stopped", generation, proof });
      }
      drives.turn(nowMs);
    }
  };
  return { drives, told, hear };
}

const packet = (id: string, seq: number, isFinal = false) => {
  const audio = Buffer.alloc(limits.cloudPcmBytesMax).toString("base64");
  return { kind: "audio-part" as const, id, seq, isFinal, audio };
};
const text = (id: string) => ({ kind: "text" as const, id, text: "Hello." });

test("Drives says packets of sound by their numbers and tells begin and end", async () => {
  const { drives, told, hear } = world();
  for (const seq of [2, 1, 3]) {
    assert.deepEqual(drives.take(packet("a", seq, seq === 3), 0), { id: "a" });
  }
  await hear(0);
  assert.deepEqual(told, [
    { event: "audio", state: "start", drive: "a" },
    { event: "audio", state: "over", drive: "a", reason: "completed", spokenMs: 160 },
  ]);
  assert.equal(drives.isBusy, false);
});

test("Drives tells what failed, and goes on with the next", async () => {
  const { drives, told, hear } = world();
  drives.take(text("t"), 0);
  drives.take(packet("a", 1, true), 0);
  await hear(0);
  const ends = told.map((event) => ("reason" in event ? `${event.drive} ${event.reason}` : ""));
  assert.deepEqual(ends.filter(Boolean), ["t failed", "a completed"]);
});

test("Drives refuses late parts of what is over, an id twice, and too much", async () => {
  const { drives, hear } = world();
  drives.take(packet("a", 1), 0);
  await hear(0);
  drives.take({ kind: "interrupt" }, 0);
  await hear(0);
  assert.deepEqual(drives.take(packet("a", 2), 0), {
    code: "DRIVE_TAKEN",
    message: "Cannot take the drive: a is over, another id is due",
    path: "/id",
  });
  for (let index = 0; index < limits.cloudDrivesMax; index++) drives.take(text(`t${index}`), 0);
  assert.ok("code" in drives.take(text("t1"), 0));
  const refused = drives.take(text("more"), 0);
  assert.equal("code" in refused && refused.code, "DRIVES_FULL");
  const mixed = drives.take({ kind: "text-part", id: "t1", seq: 1, text: "x" }, 0);
  assert.equal("code" in mixed && mixed.code, "STREAM_MIXED");
});

test("Drives gives up what makes no sound in time", async () => {
  const { drives, told, hear } = world();
  drives.take(packet("a", 1), 0);
  await hear(0);
  await hear(limits.preparingMsMax);
  const [end] = told.filter((event) => "reason" in event);
  assert.ok(end && "error" in end && end.error?.code === "TIMEOUT_PREPARING");
});

const wish = fc.oneof(
  fc.record({ kind: fc.constant("text" as const), id: fc.stringMatching(/^[a-d]$/) }),
  fc.record({
    kind: fc.constant("audio-part" as const),
    id: fc.stringMatching(/^[a-d]$/),
    seq: fc.integer({ min: 1, max: 4 }),
    isFinal: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("interrupt" as const) }),
  fc.record({ kind: fc.constant("hear" as const) }),
);

test("whatever comes: each id has at most one start and one over, the start first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(wish, { maxLength: 25 }), async (wishes) => {
      const { drives, told, hear } = world();
      let nowMs = 0;
      for (const one of wishes) {
        if (one.kind === "hear") await hear(++nowMs);
        else if (one.kind === "text") drives.take(text(one.id), nowMs);
        else if (one.kind === "interrupt") drives.take({ kind: "interrupt" }, nowMs);
        else drives.take(packet(one.id, one.seq, one.isFinal), nowMs);
      }
      drives.take({ kind: "interrupt" }, nowMs);
      await hear(nowMs);
      assert.equal(drives.isBusy, false);
      for (const id of ["a", "b", "c", "d"]) {
        const states = told.flatMap((event) =>
          "state" in event && event.drive === id ? [event.state] : [],
        );
        assert.ok(["", "over", "start over"].includes(states.join(" ")), states.join(" "));
      }
    }),
    { numRuns: 40 },
  );
});

test("readDrive() names what is wrong by its place", () => {
  const faults = (value: unknown) => {
    const read = readDrive(value);
    return "code" in read ? [read.code, read.path] : read.kind;
  };
  assert.deepEqual(faults(undefined), ["MISSING_FIELD", "/kind"]);
  assert.deepEqual(faults({ kind: "sing" }), ["UNKNOWN_VALUE", "/kind"]);
  assert.deepEqual(faults({ kind: "text" }), ["MISSING_FIELD", "/text"]);
  assert.deepEqual(faults({ kind: "text", text: " \n" }), ["INVALID_VALUE", "/text"]);
  assert.deepEqual(faults({ kind: "text", text: "ä".repeat(2_001) }), ["TOO_LARGE", "/text"]);
  assert.equal(faults({ kind: "text", text: "ä".repeat(2_000) }), "text");
  const part = { kind: "text-part", id: "a", seq: 1 };
  assert.deepEqual(faults({ ...part, text: "x".repeat(1_001) }), ["TOO_LARGE", "/text"]);
  assert.deepEqual(faults({ ...part, seq: 0, text: "" }), ["INVALID_VALUE", "/seq"]);
  const sound = (bytes: number) => faults({ ...packet("a", 1), audio: base64(bytes) });
  assert.equal(sound(5_120), "audio-part");
  assert.deepEqual(sound(5_122), ["TOO_LARGE", "/audio"]);
  assert.deepEqual(sound(3), ["INVALID_VALUE", "/audio"]);
  assert.deepEqual(faults({ ...packet("a", 1), audio: "~~~~" }), ["INVALID_VALUE", "/audio"]);
});

function base64(bytes: number): string {
  return Buffer.alloc(bytes, 7).toString("base64");
}
