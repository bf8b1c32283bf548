import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { Meter } from "../../runtime/cloud/meter.ts";
import { chance } from "../../scripts/bench/chance.ts";
import { measureMetering } from "../../scripts/bench/metering.ts";

test("1,000 sessions on servers that crash and books that fail: not a second is off", async () => {
  const metered = await measureMetering(1_000, chance(7));
  assert.equal(metered.sessions, 1_000);
  assert.ok(metered.crashes > 30, `${metered.crashes} crashes`);
  assert.ok(metered.lostCalls > 100, `${metered.lostCalls} calls were lost`);
  assert.equal(metered.errorSeconds, 0);
});

test("what is left is warned of at 80, 95 and 100 %, and ends the session", async () => {
  let leftSeconds = 25;
  const ledger = {
    balance: async () => ({ grantedSeconds: 100, leftSeconds }),
    async consume({ seconds }: { seconds: number }) {
      leftSeconds -= seconds;
      return { grantedSeconds: 100, leftSeconds };
    },
  };
  const trace = { note: () => {} };
  const meter = await Meter.open({ disk: new MemoryDisk(), ledger, trace });
  assert.equal(meter.begin("s", 0), true);
  const told: unknown[] = [];
  let spentMs: number | undefined;
  for (let nowMs = 0; spentMs === undefined; nowMs += 1_000) {
    const { events, spent } = await meter.turn(nowMs);
    await meter.settled();
    told.push(...events.map(({ percent, leftSeconds: left }) => [nowMs / 1_000, percent, left]));
    if (spent.includes("s")) spentMs = nowMs;
  }
  assert.deepEqual(told, [
    [4, 80, 20],
    [19, 95, 5],
    [24, 100, 0],
  ]);
  assert.equal(spentMs, 25_000, "the last second is used to its end");
  await meter.end("s", spentMs);
  await meter.settled();
  assert.equal(leftSeconds, 0);
  assert.equal(meter.begin("next", 30_000), false);
});
