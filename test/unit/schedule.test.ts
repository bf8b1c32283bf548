import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseConfig } from "../../config/config.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { within } from "../../runtime/schedule/hours.ts";
import { dutyAt } from "../../runtime/schedule/timetable.ts";

const at = (weekday: number, time: string) => {
  return { weekday, minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) };
};

test("within() takes the first minute and leaves the last", () => {
  const hours = { from: "09:00", to: "18:00" };
  assert.equal(within(hours, at(3, "08:59")), false);
  assert.equal(within(hours, at(3, "09:00")), true);
  assert.equal(within(hours, at(3, "17:59")), true);
  assert.equal(within(hours, at(3, "18:00")), false);
});

test("within(): hours past midnight belong to the day they begin on", () => {
  const fridayNight = { from: "22:00", to: "07:00", days: [5] };
  assert.equal(within(fridayNight, at(5, "06:59")), false);
  assert.equal(within(fridayNight, at(5, "22:00")), true);
  assert.equal(within(fridayNight, at(6, "06:59")), true);
  assert.equal(within(fridayNight, at(6, "07:00")), false);
  assert.equal(within({ ...fridayNight, days: [7] }, at(1, "03:00")), true);
});

test("within(): equal ends are a whole day", () => {
  const sunday = { from: "00:00", to: "00:00", days: [7] };
  for (const time of ["00:00", "12:00", "23:59"]) assert.equal(within(sunday, at(7, time)), true);
  assert.equal(within(sunday, at(6, "23:59")), false);
  assert.equal(within(sunday, at(1, "00:00")), false);
});

test("within(): hours and the rest of the day cover each minute once", () => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const timeOf = (value: number) =>
    `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}`;
  const moment = fc.record({ weekday: fc.integer({ min: 1, max: 7 }), minute });
  fc.assert(
    fc.property(minute, minute, moment, (one, other, when) => {
      fc.pre(one !== other);
      const from = timeOf(one);
      const to = timeOf(other);
      assert.notEqual(within({ from, to }, when), within({ from: to, to: from }, when));
    }),
  );
});

test("dutyAt() follows the first entry that fits, and none without the time", () => {
  const config = parseConfig(
    {
      audio: { volume: 0.8 },
      schedule: {
        screenOff: [{ from: "22:00", to: "07:00" }],
        volume: [
          { from: "20:00", to: "22:00", volume: 0.4 },
          { from: "18:00", to: "23:00", volume: 0.6 },
        ],
      },
    },
    "the test",
  );
  assert.deepEqual(dutyAt(config, at(2, "12:00")), { rests: false, volume: 0.8 });
  assert.deepEqual(dutyAt(config, at(2, "19:00")), { rests: false, volume: 0.6 });
  assert.deepEqual(dutyAt(config, at(2, "21:00")), { rests: false, volume: 0.4 });
  assert.deepEqual(dutyAt(config, at(2, "23:00")), { rests: true, volume: 0.8 });
  assert.deepEqual(dutyAt(config, undefined), { rests: false, volume: 0.8 });
});

test("dutyAt() says whose hour it is; nobody's where no entry fits", () => {
  const avatars = [
    { from: "09:00", to: "12:00", id: "ben" },
    { from: "08:00", to: "18:00", days: [1, 2, 3, 4, 5], id: "carl" },
  ];
  const config = parseConfig({ schedule: { avatars } }, "the test");
  assert.equal(dutyAt(config, at(2, "10:00")).avatar, "ben");
  assert.equal(dutyAt(config, at(2, "12:00")).avatar, "carl");
  assert.equal(dutyAt(config, at(6, "12:00")).avatar, undefined);
  assert.equal(dutyAt(config, undefined).avatar, undefined);
});

test("localTime() of counted stamps is in UTC, Monday is 1", () => {
  const stamps = countedStamps(new ManualClock());
  assert.deepEqual(stamps.localTime(Date.UTC(2026, 10, 22, 23, 59)), at(7, "23:59"));
  assert.deepEqual(stamps.localTime(Date.UTC(2026, 10, 23, 0, 0)), at(1, "00:00"));
});
