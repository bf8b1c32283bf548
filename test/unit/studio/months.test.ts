import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addMonths, isTimeZone } from "../../../runtime/studio/quota/months.ts";
import { reusableUntil, stateOf } from "../../../runtime/studio/quota/rule.ts";
import { monthsLater } from "../../support/calendar.ts";

/** What a wall shows there: "2026-08-31 12:00" in a zone, with the offset it has then. */
const cases = [
  // The 31st of a month that has 28, 29 or 30 days: the last day there is.
  ["UTC", "2026-08-31T12:00Z", "2027-02-28T12:00Z"],
  ["UTC", "2027-08-31T12:00Z", "2028-02-29T12:00Z"],
  ["UTC", "2026-08-30T12:00Z", "2027-02-28T12:00Z"],
  ["UTC", "2026-05-31T12:00Z", "2026-11-30T12:00Z"],
  // From the last day of February it is the 28th, not the last day.
  ["UTC", "2026-02-28T12:00Z", "2026-08-28T12:00Z"],
  // Summer and winter time: the same time of day, an hour more or less.
  ["Europe/Berlin", "2026-01-15T11:00Z", "2026-07-15T10:00Z"],
  ["Europe/Berlin", "2026-07-15T10:00Z", "2027-01-15T11:00Z"],
  // The day of the zone counts: 31 August in Tokyo begins while it is 30 August in UTC.
  ["Asia/Tokyo", "2026-08-30T15:30Z", "2027-02-27T15:30Z"],
  // 02:30 is skipped on 28 March 2027 in Berlin: as much later as the clocks jump.
  ["Europe/Berlin", "2026-09-28T00:30Z", "2027-03-28T01:30Z"],
  // 02:30 comes twice on 25 October 2026: the first.
  ["Europe/Berlin", "2026-04-25T00:30Z", "2026-10-25T00:30Z"],
  // Samoa had no 30 December 2011.
  ["Pacific/Apia", "2011-06-30T22:00Z", "2011-12-30T21:00Z"],
  ["Australia/Lord_Howe", "2026-01-10T00:00Z", "2026-07-10T00:30Z"],
] as const;

for (const [zone, from, to] of cases) {
  test(`six months after ${from} in ${zone} are over at ${to}`, () => {
    const untilMs = reusableUntil("cloud", Date.parse(from), zone);
    assert.equal(new Date(untilMs ?? 0).toISOString(), new Date(to).toISOString());
  });
}

const zones = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata"],
  ...["Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham"],
  ...["Africa/Casablanca", "America/St_Johns", "Asia/Tehran"],
];
const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) });
/** Whole hours and half ones, at which clocks are changed. */
const rounded = moments.map((ms) => ms - (ms % 1_800_000));

test("addMonths() agrees with a calendar that knows a zone by asking what its wall shows", () => {
  const months = fc.integer({ min: 0, max: 24 });
  const property = (ms: number, count: number, zone: string) =>
    assert.equal(addMonths(ms, count, zone), monthsLater(ms, count, zone));
  const runs = fc.property(fc.oneof(moments, rounded), months, fc.constantFrom(...zones), property);
  fc.assert(runs, { numRuns: 1_500 });
});

test("a quota holds by form 2 up to the edge of six months, and not at it", () => {
  const property = (ms: number, zone: string) => {
    const edgeMs = monthsLater(ms, 6, zone);
    const reusableUntilMs = reusableUntil("cloud", ms, zone);
    const uses = [{ form: 1, taskId: "t", target: "cloud", atMs: ms }] as const;
    assert.equal(stateOf({ uses, reusableUntilMs }, ms), "reusable");
    assert.equal(stateOf({ uses, reusableUntilMs }, edgeMs - 1), "reusable");
    assert.equal(stateOf({ uses, reusableUntilMs }, edgeMs), "expired");
  };
  fc.assert(fc.property(moments, fc.constantFrom(...zones), property), { numRuns: 500 });
});

test("a quota used for a client-rendered training is spent, a second use spends any", () => {
  assert.equal(reusableUntil("client", 0, "UTC"), null);
  const client = { form: 1, taskId: "t", target: "client", atMs: 0 } as const;
  assert.equal(stateOf({ uses: [client], reusableUntilMs: null }, 1), "spent");
  const cloud = { ...client, target: "cloud" } as const;
  const again = { form: 2, taskId: "u", target: "client", atMs: 1 } as const;
  assert.equal(stateOf({ uses: [cloud, again], reusableUntilMs: 9 }, 2), "spent");
  assert.equal(stateOf({ uses: [], reusableUntilMs: null }, 2), "unused");
});

test("isTimeZone() tells names of the IANA data base from others", () => {
  assert(isTimeZone("Europe/Berlin") && isTimeZone("UTC"));
  assert(!isTimeZone("Berlin") && !isTimeZone("") && !isTimeZone("Europe/Atlantis"));
});
