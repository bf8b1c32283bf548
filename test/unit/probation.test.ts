import assert from "node:assert/strict";
import { test } from "node:test";
import { Probation, proving } from "../../runtime/content/probation.ts";

/** Looks once a second; what the stage counts, and the outcome of each look. */
function watch(
  probation: Probation,
  seconds: number,
  over: (second: number) => object = () => ({}),
) {
  const told: string[] = [];
  for (let second = 1; second <= seconds; second++) {
    const counts = { shown: second * 25, dropped: 0, late: 0, resting: false, ...over(second) };
    const outcome = probation.look(counts, second * 1_000, 60_000);
    told.push(outcome.state === "failed" ? outcome.reason : outcome.state);
  }
  return told;
}

test("Probation is over after a minute of pictures", () => {
  const told = watch(new Probation(0), 61);
  assert.deepEqual([told[0], told[59], told[60]], ["pending", "pending", "good"]);
});

test("a screen that is off proves nothing, and fails nobody", () => {
  const night = (second: number) => (second > 30 ? { shown: 750, resting: true } : {});
  assert.deepEqual(new Set(watch(new Probation(0), 3_600, night)), new Set(["pending"]));
  const short = (second: number) =>
    second > 30 && second <= 90 ? { shown: 750, resting: true } : {};
  const told = watch(new Probation(0), 122, short);
  assert.deepEqual([told.indexOf("good"), told.at(-1)], [120, "good"]);
});

test("no new picture for more than five seconds fails it, and so does no word at all", () => {
  const told = watch(new Probation(0), 20, (second) => (second > 10 ? { shown: 250 } : {}));
  assert.equal(told.indexOf("no new picture came for 6 s"), 15);
  const probation = new Probation(0);
  assert.equal(probation.look(undefined, 5_000, 60_000).state, "pending");
  assert.equal(probation.look(undefined, 6_000, 60_000).state, "failed");
});

test("half of the frames late or lost fails it, a busy second does not", () => {
  const busy = (second: number) => ({ late: second > 5 ? 20 : 0 });
  assert.equal(watch(new Probation(0), 61, busy).at(-1), "good");
  const slow = (second: number) => ({ shown: second * 10, dropped: second * 15 });
  const told = watch(new Probation(0), 61, slow);
  const first = told.findIndex((one) => one !== "pending");
  assert.equal(told[first], "60 % of its frames came late or never, 50 % may");
  assert.equal(first * 25, proving.framesMin);
});

test("whoever is blamed fails with the first reason, whatever comes later", () => {
  const probation = new Probation(0);
  probation.blame("the stage ended with it");
  probation.blame("a second one");
  assert.deepEqual(new Set(watch(probation, 61)), new Set(["the stage ended with it"]));
});
