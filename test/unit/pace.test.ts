import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../runtime/stage/pace.ts";

test("Pace takes each frame once, at its own time", () => {
  const pace = new Pace(1000);
  assert.deepEqual(pace.take(1000), { frame: 0, skipped: 0, lateMs: 0 });
  assert.equal(pace.take(1039), undefined);
  assert.equal(pace.nextDueMs, 1040);
  assert.deepEqual(pace.take(1043), { frame: 1, skipped: 0, lateMs: 3 });
  assert.equal(pace.nextDueMs, 1080);
});

test("Pace skips what is past and counts it, without moving later frames", () => {
  const pace = new Pace(0);
  pace.take(0);
  assert.deepEqual(pace.take(170), { frame: 4, skipped: 3, lateMs: 10 });
  assert.equal(pace.nextDueMs, 200);
});

test("Pace does not drift over three days of frames", () => {
  const pace = new Pace(0.25);
  const frames = 3 * 24 * 3600 * 25;
  pace.take(0.25);
  assert.equal(pace.take(0.25 + frames * 40)?.frame, frames);
});
