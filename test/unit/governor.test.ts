import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { tierNames } from "../../config/tiers.ts";
import { Governor, governing, type Reading } from "../../runtime/tier/governor.ts";

const well: Reading = {
  ...{ workMsP95: 6, lateShare: 0, temperatureC: 55, frequencyShare: 1, availableShare: 0.5 },
  isBusy: false,
};
const all = [...tierNames];

/** Looks once a second; the courses with the second in which they came. */
function run(governor: Governor, seconds: number, reading: (second: number) => Partial<Reading>) {
  const courses: { second: number; tier: string; thrift: boolean; reason: string }[] = [];
  for (let second = 0; second < seconds; second++) {
    const course = governor.look({ ...well, ...reading(second) }, second * 1000);
    if (course) courses.push({ second, ...course });
  }
  return courses;
}

test("Governor leaves a board in peace that does well", () => {
  assert.deepEqual(
    run(new Governor(all, "720p"), 7200, () => ({})),
    [],
  );
});

test("each kind of trouble first saves, then takes one tier down within 15 s, and says why", () => {
  const troubles: readonly [Partial<Reading>, RegExp][] = [
    [{ workMsP95: 35 }, /^a frame takes 35 ms, 32 ms may be$/],
    [{ lateShare: 0.1 }, /^frames late or dropped: 10 %, 4 % may be$/],
    [{ temperatureC: 88 }, /^temperature is 88 °C, 85 °C may be$/],
    [{ frequencyShare: 0.6 }, /^frequency is at 60 %, 75 % should be$/],
    [{ availableShare: 0.03 }, /^memory left: 3 %, 5 % should be$/],
  ];
  for (const [trouble, reason] of troubles) {
    const [saved, moved] = run(new Governor(all, "720p"), 15, () => trouble);
    assert.deepEqual([saved?.second, saved?.tier, saved?.thrift], [4, "720p", true]);
    assert.deepEqual([moved?.second, moved?.tier], [10, "540p"]);
    assert.match(String(moved?.reason), reason);
  }
});

test("trouble that passes is waited out", () => {
  const courses = run(new Governor(all, "720p"), 600, (second) =>
    second % 10 < 3 ? { workMsP95: 39 } : {},
  );
  assert.deepEqual(courses, []);
});

test("it goes up only after 120 s of calm, and no further than where it began", () => {
  const courses = run(new Governor(all, "720p"), 1000, (second) =>
    second < 12 ? { temperatureC: 90 } : {},
  );
  const brief = courses.map(({ second, tier, thrift }) => [second, tier, thrift]);
  assert.deepEqual(brief, [
    [4, "720p", true],
    [10, "540p", true],
    [132, "540p", false],
    [253, "720p", false],
  ]);
  assert.equal(courses.at(-1)?.reason, "calm for 120 s");
});

test("it does not go up where the frames would not fit", () => {
  const governor = new Governor(all, "720p");
  const courses = run(governor, 2000, (second) =>
    second < 12 ? { workMsP95: 36 } : { workMsP95: 17 },
  );
  assert.equal(courses.at(-1)?.tier, "540p", "17 ms x 16/9 is over 22 ms");
});

test("nothing moves while somebody is spoken to, and at once when the utterance is over", () => {
  const courses = run(new Governor(all, "720p"), 100, (second) => ({
    workMsP95: 38,
    isBusy: second < 60,
  }));
  assert.deepEqual([courses[0]?.second, courses[0]?.tier], [60, "540p"]);
});

test("a tier that cannot be opened is not tried again", () => {
  const governor = new Governor(all, "720p");
  run(governor, 11, () => ({ workMsP95: 38 }));
  assert.equal(governor.tier, "540p");
  const next = governor.among(["360p", "720p", "1080p"], "720p");
  assert.equal(next.tier, "720p");
  const courses = run(next, 15, () => ({ workMsP95: 38 }));
  assert.equal(courses.at(-1)?.tier, "360p");
});

test("before another avatar it keeps to the tiers of that one, and below its own ceiling", () => {
  const governor = new Governor(all, "720p");
  assert.equal(governor.among(all, "720p"), governor);
  const coarse = governor.among(["360p"], "360p");
  assert.deepEqual([coarse.tier, coarse.isLow], ["360p", false]);
  assert.deepEqual(
    run(coarse, 30, () => ({ temperatureC: 90 })).map(({ tier, thrift }) => [tier, thrift]),
    [["360p", true]],
  );
  const back = coarse.among(all, "720p");
  assert.deepEqual([back.tier, back.thrift, back.isLow], ["720p", true, true]);
  const ups = run(back, 600, () => ({}));
  assert.deepEqual(ups.at(-1)?.tier, "720p", "1080p is above the ceiling");
});

test("whatever is measured: never while busy, four moves an hour, up after calm", () => {
  const phase = fc.record({
    seconds: fc.integer({ min: 1, max: 400 }),
    workMsP95: fc.option(fc.integer({ min: 1, max: 45 }), { nil: undefined }),
    lateShare: fc.constantFrom(0, 0, 0.02, 0.2),
    temperatureC: fc.option(fc.integer({ min: 30, max: 100 }), { nil: undefined }),
    frequencyShare: fc.option(fc.constantFrom(0.5, 0.9, 1), { nil: undefined }),
    availableShare: fc.option(fc.constantFrom(0.01, 0.1, 0.5), { nil: undefined }),
    isBusy: fc.boolean(),
  });
  const property = fc.property(
    fc.array(phase, { minLength: 1, maxLength: 30 }),
    fc.constantFrom(...tierNames),
    (phases, ceiling) => {
      const governor = new Governor(all, ceiling);
      const moves: number[] = [];
      let before = governor.tier;
      let nowMs = 0;
      let troubledMs = 0;
      let quietMs = 0;
      for (const { seconds, ...reading } of phases) {
        for (let second = 0; second < seconds; second++, nowMs += 1000) {
          const course = governor.look(reading, nowMs);
          quietMs = governor.trouble === "" ? quietMs + 1000 : 0;
          troubledMs = governor.trouble === "" ? 0 : troubledMs + 1000;
          const step = tierNames.indexOf(governor.tier) - tierNames.indexOf(before);
          if (course) assert.ok(!reading.isBusy, "a course while busy");
          if (step !== 0) {
            moves.push(nowMs);
            assert.equal(Math.abs(step), 1);
            if (step > 0) assert.ok(quietMs > governing.upMs, `up after ${quietMs} ms`);
            troubledMs = 0;
          }
          before = governor.tier;
          const recent = moves.filter((atMs) => nowMs - atMs < governing.movesWindowMs);
          assert.ok(recent.length <= governing.movesMax);
          assert.ok(tierNames.indexOf(governor.tier) <= tierNames.indexOf(ceiling));
          const canMove = recent.length < governing.movesMax && governor.tier !== "360p";
          if (canMove && !reading.isBusy) assert.ok(troubledMs <= 15_000, `${troubledMs} ms`);
          if (reading.isBusy) troubledMs = 0;
        }
      }
    },
  );
  fc.assert(property, { numRuns: 60 });
});
