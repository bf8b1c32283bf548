import assert from "node:assert/strict";
import { test } from "node:test";
import { measureDrift } from "../../scripts/bench/drift.ts";

const hours = 72;

for (const skewPpm of [-100, 100]) {
  const name = `72 hours beside a sound device of ${skewPpm} ppm`;
  test(`${name}: the offset has no trend`, () => {
    const { offsetsMs, slopeMsPerDay, worstMs } = measureDrift({ hours, skewPpm, jumps: false });
    assert.equal(offsetsMs.length, hours);
    assert.ok(worstMs <= 2, `worst ${worstMs} ms`);
    assert.ok(Math.abs(slopeMsPerDay) < 0.5, `slope ${slopeMsPerDay} ms a day`);
  });
}

test("72 hours with a device that stands still and a voice that is late: no trend either", () => {
  const drift = measureDrift({ hours, skewPpm: 100, jumps: true });
  assert.ok(Math.abs(drift.slopeMsPerDay) < 0.5, `slope ${drift.slopeMsPerDay} ms a day`);
  assert.ok(drift.worstMs <= 20, `worst ${drift.worstMs} ms`);
  assert.equal(drift.stalls, hours);
  assert.ok(drift.underruns >= hours / 3, `${drift.underruns} under-runs`);
});
