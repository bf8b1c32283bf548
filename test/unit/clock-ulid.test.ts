import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps, systemStamps } from "../../drivers/clock/stamps.ts";
import { ulid } from "../../drivers/clock/ulid.ts";

test("ulid() writes time and chance in Crockford's base 32", () => {
  // The time of the example in the specification, 1469918176385.
  assert.equal(ulid(1_469_918_176_385, new Uint8Array(10)), "01ARYZ6S410000000000000000");
  const most = new Uint8Array(10).fill(255);
  assert.equal(ulid(2 ** 48 - 1, most), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
});

test("systemStamps() never gives an id twice, and sorts by time", async () => {
  const clock = new ManualClock();
  const stamps = systemStamps(clock);
  const ids = new Set(Array.from({ length: 1_000 }, () => stamps.newId()));
  assert.equal(ids.size, 1_000);
  await clock.advance(1);
  assert([...ids].every((id) => id < stamps.newId()));
  assert.equal(stamps.isoTime(0), "1970-01-01T00:00:00.000Z");
});

test("countedStamps() are the same in every run", () => {
  const run = () => {
    const stamps = countedStamps(new ManualClock());
    return [stamps.newId(), stamps.newId()];
  };
  assert.deepEqual(run(), run());
  assert.notEqual(run()[0], run()[1]);
});
