import assert from "node:assert/strict";
import { onEveryDatabase } from "../../support/databases.ts";
import type { House } from "../../support/studio.ts";
import { refused, value } from "../../support/studio.ts";

const check = await onEveryDatabase();

check("each piece goes to one worker, however many ask at once", async (house) => {
  await fill(house, 30);
  const claims = Array.from({ length: 40 }, (_, index) =>
    house.studio.queue.claim(claimBy(`worker-${index}`), house.nowMs),
  );
  const taken = (await Promise.all(claims)).filter((work) => work !== undefined);
  assert.equal(taken.length, 30);
  assert.equal(new Set(taken.map(({ id }) => id)).size, 30);
  assert.equal(await house.studio.queue.claim(claimBy("late"), house.nowMs), undefined);
});

check("a worker takes only kinds that it knows, what is due longest first", async (house) => {
  const { queue } = house.studio;
  await fill(house, 1);
  await house.clock.advance(5);
  await fill(house, 1, "publish");
  const asks = { kinds: ["hook", "assign"], holder: "w", leaseMs: 1_000 } as const;
  assert.equal(await queue.claim(asks, house.nowMs), undefined);
  const both = { ...asks, kinds: ["publish", "build"] } as const;
  assert.equal((await queue.claim(both, house.nowMs))?.kind, "build");
});

check("a beat keeps a lease, a lease that ran out is anybody's", async (house) => {
  const { queue } = house.studio;
  await fill(house, 1);
  const mine = await queue.claim(claimBy("mine"), house.nowMs);
  assert(mine);
  await house.clock.advance(900);
  const kept = await queue.beat(mine, 1_000, house.nowMs);
  assert.equal(kept?.leaseUntilMs, house.nowMs + 1_000);
  await house.clock.advance(900);
  assert.equal(await queue.claim(claimBy("other"), house.nowMs), undefined);
  await house.clock.advance(101);
  const other = await queue.claim(claimBy("other"), house.nowMs);
  assert.deepEqual([other?.id, other?.attempt], [mine.id, 2]);
  assert.equal(await queue.beat(mine, 1_000, house.nowMs), undefined);
  refused(await queue.done(mine), "LEASE_LOST");
  refused(await queue.fail(mine, "too late", house.nowMs), "LEASE_LOST");
});

check("the same worker cannot go on with the lease that it lost to itself", async (house) => {
  const { queue } = house.studio;
  await fill(house, 1);
  const before = await queue.claim(claimBy("mine"), house.nowMs);
  await house.clock.advance(1_001);
  const after = await queue.claim(claimBy("mine"), house.nowMs);
  assert(before && after);
  refused(await queue.done(before), "LEASE_LOST");
  assert.equal(await queue.done(after), true);
});

check("what fails waits longer each time, and is a dead letter after five", async (house) => {
  const { queue } = house.studio;
  await fill(house, 1, "publish");
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 5; attempt++) {
    const work = await queue.claim(publishing, house.nowMs);
    assert.equal(work?.attempt, attempt);
    const state = value(await queue.fail(work, `no ${attempt}`, house.nowMs));
    assert.equal(state, attempt < 5 ? "ready" : "dead");
    const sinceMs = house.nowMs;
    while (attempt < 5 && !(await due(house))) await house.clock.advance(1_000);
    waits.push(house.nowMs - sinceMs);
  }
  assert.deepEqual(waits, [10_000, 20_000, 40_000, 80_000, 0]);
  await house.clock.advance(3_600_000);
  assert.equal(await queue.claim(publishing, house.nowMs), undefined);
  const [dead] = await queue.list(house.act("administrator"), { state: "dead" });
  assert.equal(dead?.error, "no 5");
  refused(await queue.revive(house.act("customer"), dead.id), "FORBIDDEN");
  value(await queue.revive(house.act("delivery"), dead.id));
  assert.equal((await queue.claim(publishing, house.nowMs))?.attempt, 1);
});

const publishing = { kinds: ["publish"], holder: "w", leaseMs: 1_000 } as const;

async function fill(house: House, count: number, kind: "build" | "publish" = "build") {
  const { accountId } = house.actors.customer;
  for (let index = 0; index < count; index++) {
    const work = { kind, subject: `task-${index}`, accountId, nowMs: house.nowMs };
    await house.studio.queue.add(house.database, work);
  }
}

function claimBy(holder: string) {
  return { kinds: ["build"], holder, leaseMs: 1_000 } as const;
}

async function due(house: House): Promise<boolean> {
  const sql = "SELECT id FROM work WHERE state = 'ready' AND due_ms <= $1";
  return (await house.database.query(sql, [house.nowMs])).length > 0;
}
