import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { type Preflight, preflightSchema } from "../../../config/preflight.ts";
import type { Assignment, Avatar } from "../../../runtime/studio/catalogue/avatar.ts";
import { avatarsFor } from "../../../runtime/studio/work/desired.ts";
import { actionNameError, findingsOf } from "../../../runtime/studio/work/findings.ts";
import { Meter } from "../../../scripts/studio/work/meter.ts";

test("findings are the checks that did not pass, errors first, in the words of the check", () => {
  const told = document([check("LIGHT_FLICKERS", "warned"), check("SOUND_NONE", "failed")]);
  assert.deepEqual(findingsOf(told, "client"), [
    {
      ...{ code: "SOUND_NONE", severity: "error", message: "it is so, otherwise is due" },
      advice: "Do it again",
    },
    {
      ...{ code: "LIGHT_FLICKERS", severity: "warning", message: "it is so, otherwise is due" },
      advice: "Do it again",
    },
  ]);
});

test("the cloud needs 720p of the footage, a client does not", () => {
  const codes = (width: number, height: number, target: "client" | "cloud") =>
    findingsOf(document([], [width, height]), target).map(({ code }) => code);
  assert.deepEqual(codes(720, 1280, "cloud"), []);
  assert.deepEqual(codes(1920, 1080, "cloud"), ["SIZE_SMALL_FOR_CLOUD"], "607 px across");
  assert.deepEqual(codes(540, 960, "cloud"), ["SIZE_SMALL_FOR_CLOUD"]);
  assert.deepEqual(codes(540, 960, "client"), []);
});

test("an action has a name that a job can say", () => {
  assert.equal(actionNameError("wave-2"), undefined);
  assert.equal(actionNameError("Wave hello.mp4")?.code, "ACTION_NAME");
});

test("a device has its own avatars, then those of its groups, the narrower first", () => {
  const assignments = [
    given("group", "berlin", "b1", 1),
    given("group", "berlin-hall", "h1", 2),
    given("device", "berlin-hall-2", "d1", 3),
    given("device", "berlin-hall-2", "d2", 4),
    given("group", "berlin", "d1", 5),
    given("group", "berlin", "unpublished", 6),
    given("device", "hall-2", "other", 7),
  ];
  const known = ["b1", "h1", "d1", "d2", "other"].map((id) => [id, avatar(id)] as const);
  const ids = (device: string) =>
    avatarsFor(device, assignments, new Map(known)).map(({ id }) => id);
  assert.deepEqual(ids("berlin-hall-2"), ["d2", "d1", "h1", "b1"]);
  assert.deepEqual(ids("berlin-lobby"), ["d1", "b1"]);
  assert.deepEqual(ids("berlin"), [], "a group's name is no device of it");
  assert.deepEqual(ids("paris"), []);
});

test("a meter weighs parts by their time, each stage from 0 to 1", () => {
  let now = 0;
  const meter = new Meter(() => now, 20);
  meter.plan([
    { name: "track", seconds: 30 },
    { name: "patch", seconds: 90 },
    { name: "720p", seconds: 60 },
    { name: "instant", seconds: 80 },
  ]);
  assert.equal(meter.read("track", { done: 1, of: 2, text: "tracking" }).progress, 15 / 120);
  now = 60;
  assert.equal(meter.done("track"), "1 min 00 s");
  assert.equal(meter.isTraining, false);
  const half = meter.read("patch", { done: 1, of: 2, text: "cutting out" });
  assert.equal(half.progress, 75 / 120);
  assert.match(half.note, /^cutting out: 50 %, \d+ min \d\d s left in all$/);
  now = 240;
  meter.done("patch");
  assert.equal(meter.isTraining, true);
  const packing = meter.read("tier", { done: 1, of: 4, text: "packing 720p" });
  assert.equal(packing.progress, 15 / 160);
});

function check(code: string, outcome: "warned" | "failed"): object {
  const said = { is: "it is so", due: "otherwise", advice: "Do it again", value: null, unit: null };
  return { code, group: "sound", outcome, ...said };
}

function document(checks: readonly object[], size = [1080, 1920]): Preflight {
  const none = { audioHz: null, speechSeconds: null, silenceSeconds: null, syncMs: null };
  const facts = { seconds: 90, fps: 25, fpsVariable: false, size, rotation: 0, codec: "h264" };
  const told: unknown = {
    ...{ schema: 1, file: "take.mp4", kind: "take", type: "instant", verdict: "fit" },
    ...{ facts: { ...facts, ...none, face: null }, checks, series: {}, pictures: [] },
  };
  assert(Value.Check(preflightSchema, told), "it is what a check says");
  return told;
}

function given(
  kind: Assignment["kind"],
  name: string,
  avatarId: string,
  assignedMs: number,
): Assignment {
  const id = `${assignedMs}`;
  return { id, kind, name, avatarId, assignedMs, accountId: "", assignedBy: "", writtenMs: null };
}

function avatar(id: string): Avatar {
  const what = { kind: "generic", type: "instant", target: "client", name: id } as const;
  const release = { version: "1", sha256: "0", publishedMs: 0, files: [] };
  return { id, accountId: "", taskId: "", acceptedMs: 0, build: "", release, ...what };
}
