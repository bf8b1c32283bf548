import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { refuseLarger } from "../../scripts/avatar/build/build.ts";
import { BuildDisplay, inTime } from "../../scripts/avatar/build/display.ts";
import { Forecast } from "../../scripts/avatar/build/forecast.ts";
import { readLandmarks } from "../../scripts/avatar/build/landmarks.ts";
import type { Order } from "../../scripts/avatar/build/order.ts";
import { InputHashes, stampOf } from "../../scripts/avatar/build/stamp.ts";
import { steps, stepsOf } from "../../scripts/avatar/build/steps.ts";
import { BuildRefused } from "../../scripts/avatar/build/trouble.ts";

const place = mkdtempSync(join(tmpdir(), "frontdesk-build-"));
after(() => rmSync(place, { recursive: true }));
const take = join(place, "take.mp4");
writeFileSync(take, "a film");

const order: Order = {
  ...{ name: "Ann", id: "ann", kind: "generic", types: ["instant"], take, audio: null },
  ...{
    photo: null,
    idle: null,
    idleAlpha: null,
    backdrop: null,
    plate: null,
    landmarks: null,
    box: null,
    heldOutSeconds: 0,
  },
  ...{ tiers: ["360p"], actions: [], material: null, threads: 2, licence: "CC0", consent: null },
};

test("a step waits only for steps before it", () => {
  for (const [at, { name, after: before }] of steps.entries()) {
    const known = steps.slice(0, at).map((step) => step.name);
    assert.ok(
      before.every((one) => known.includes(one)),
      `${name} after ${before}`,
    );
  }
});

test("stepsOf() leaves out what the order does not need", () => {
  const names = (change: Partial<Order>) =>
    stepsOf({ ...order, ...change }).map(({ name }) => name);
  assert.ok(!names({}).includes("studio"));
  assert.ok(names({ types: ["studio"] }).includes("studio"));
  assert.ok(!names({}).includes("photo"));
  assert.ok(names({ photo: "ben.jpg" }).includes("photo"));
});

test("a stamp changes with footage, order and earlier stamps", async () => {
  const check = steps.find(({ name }) => name === "check")!;
  const stamp = (change: Partial<Order> = {}, before = new Map<string, string>()) =>
    stampOf(check, { ...order, ...change }, before, new InputHashes());
  const first = await stamp();
  assert.equal(await stamp(), first);
  assert.equal(await stamp({ tiers: ["720p"] }), first, "check reads no tiers");
  assert.notEqual(await stamp({ box: [1, 2, 3, 4] }), first);
  writeFileSync(take, "another film");
  assert.notEqual(await stamp(), first);
  writeFileSync(take, "a film");
  const loop = steps.find(({ name }) => name === "loop")!;
  const later = (known: string) =>
    stampOf(loop, order, new Map([["check", known]]), new InputHashes());
  assert.notEqual(await later("one"), await later("two"));
});

test("Forecast trusts usual times first, then the pace of the work", () => {
  const forecast = new Forecast([
    { name: "track", seconds: 10 },
    { name: "train", seconds: 90 },
  ]);
  assert.equal(forecast.leftSeconds("track", 0, 0), 100);
  forecast.finish("track", 30);
  assert.equal(forecast.leftSeconds("train", 0, 0), 270);
  assert.equal(Math.round(forecast.leftSeconds("train", 0.5, 120)), 123);
});

test("inTime() tells hours, minutes and seconds", () => {
  assert.deepEqual([12, 200, 7_500].map(inTime), ["12 s", "3 min 20 s", "2 h 05 min"]);
});

test("BuildDisplay tells each step, its warnings and the time left", () => {
  const said: string[] = [];
  let seconds = 0;
  const display = new BuildDisplay({
    write: (text) => void said.push(text),
    isLive: false,
    nowSeconds: () => seconds,
  });
  display.plan([{ name: "track", seconds: 20 }]);
  seconds = 5;
  display.progress("track", { done: 1, of: 4, text: "following the face" });
  const fault = { code: "DIM", is: "light is 20", due: "50", advice: "Add a lamp" };
  display.trouble("track", { ...fault, severity: "warning" });
  seconds = 21;
  display.done("track");
  assert.deepEqual(said, [
    "to do: track\n",
    "following the face: 25 %, 15 s left in all\n",
    "track warns: DIM: light is 20, 50 is due. Add a lamp\n",
    "track: done in 21 s\n",
  ]);
});

test("a tier larger than the footage is refused by name, with those it gives", () => {
  const due = "it needs 1080x1920, the footage has 720x1280; it gives 360p, 540p, 720p";
  const message = `Cannot build 1080p: ${due}`;
  assert.throws(() => refuseLarger("1080p", [720, 1280]), { name: "RangeError", message });
  refuseLarger("720p", [720, 1280]);
});

test("BuildRefused tells every trouble, and how to record better", () => {
  const fault = { code: "DIM", is: "light is 20", due: "50", advice: "Add a lamp" };
  const refused = new BuildRefused("check", [fault, { ...fault, code: "BLUR" }]);
  assert.match(refused.message, /step check refuses the material\n {2}DIM: .*\n {2}BLUR: light is/);
});

test("landmarks are read whole, or it is said what is missing", () => {
  const file = join(place, "landmarks.json");
  const names = ["left_eye", "right_eye", "mouth_left", "mouth_right", "upper_lip", "lower_lip"];
  const places = Object.fromEntries(names.map((name, at) => [name, [at, 10 * at]]));
  writeFileSync(file, JSON.stringify(places));
  assert.deepEqual(readLandmarks(file), places);
  writeFileSync(file, JSON.stringify({ left_eye: [1, 2] }));
  assert.throws(
    () => readLandmarks(file),
    /places are missing, it should have left_eye, right_eye/,
  );
});
