import assert from "node:assert/strict";
import { attempt } from "../../../runtime/studio/attempt.ts";
import { unknown } from "../../../runtime/studio/refusal.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { refused, rowCounts, value } from "../../support/studio.ts";

const check = await onEveryDatabase();

check(
  "a build that fails is tried again later, and at last is the delivery team's",
  async (house) => {
    const { delivery, training } = house.studio;
    const { id } = await house.submit("generic", "instant", "client");
    await house.approve(id);
    for (let attempt = 1; attempt <= 5; attempt++) {
      const work = await house.claim("build");
      assert.equal(work.attempt, attempt);
      value(await training.began(work, house.nowMs));
      value(await training.processed(work, house.nowMs));
      const failed = await training.failed(work, { message: `no memory ${attempt}` }, house.nowMs);
      const { stage, status, note } = value(failed);
      const expected = attempt < 5 ? ["PROCESS", "queued"] : ["TRAIN", "failed"];
      assert.deepEqual([stage, status, note], [...expected, `no memory ${attempt}`]);
      await house.clock.advance(200_000);
    }
    refused(await delivery.retry(house.act("customer"), id), "FORBIDDEN");
    value(await delivery.retry(house.act("delivery"), id));
    assert.equal((await house.train()).stage, "CONFIRM");
  },
);

check("a failure that another try would not mend is final at once", async (house) => {
  const { training } = house.studio;
  await house.approve((await house.submit("generic", "instant", "client")).id);
  const work = await house.claim("build");
  value(await training.began(work, house.nowMs));
  const failure = { message: "the take is damaged", final: true };
  const task = value(await training.failed(work, failure, house.nowMs));
  assert.deepEqual([task.stage, task.status], ["PROCESS", "failed"]);
});

check("a worker whose lease is lost changes nothing; another goes on", async (house) => {
  const { tasks, training } = house.studio;
  const { id } = await house.submit("generic", "instant", "client");
  await house.approve(id);
  const slow = await house.claim("build", "slow");
  value(await training.began(slow, house.nowMs));
  await house.clock.advance(61_000);
  const quick = await house.claim("build", "quick");
  assert.equal(quick.id, slow.id);
  const before = await rowCounts(house.database);
  refused(await training.processed(slow, house.nowMs), "LEASE_LOST");
  refused(await training.log(slow, ["hello"], house.nowMs), "LEASE_LOST");
  const demos = { demos: [], build: "wrong" };
  refused(await training.trained(slow, demos, house.nowMs), "LEASE_LOST");
  assert.deepEqual(await rowCounts(house.database), before);
  value(await training.began(quick, house.nowMs));
  value(await training.processed(quick, house.nowMs));
  value(await training.progress(quick, { progress: 0.5, note: "half" }, house.nowMs));
  value(await training.log(quick, ["one", "two"], house.nowMs));
  const task = value(await tasks.get(house.act("customer"), id));
  assert.deepEqual([task.progress, task.note], [0.5, "half"]);
  const lines = value(await tasks.logs(house.act("customer"), id, 1));
  assert.deepEqual(
    lines.map(({ text }) => text),
    ["two"],
  );
});

check("workers that die over a task five times bury it, and its people are told", async (house) => {
  const { tasks, training } = house.studio;
  const { id } = await house.submit("generic", "instant", "client");
  await house.approve(id);
  for (let attempt = 0; attempt < 5; attempt++) {
    value(await training.began(await house.claim("build"), house.nowMs));
    await house.clock.advance(61_000);
  }
  await house.studio.tend(house.nowMs);
  const task = value(await tasks.get(house.act("customer"), id));
  assert.deepEqual([task.stage, task.status], ["PROCESS", "failed"]);
  assert.equal(house.trace.count("studio.dead-letter"), 1);
});

check("a cancelled task ends, and the worker that is at it is stopped", async (house) => {
  const { queue, tasks, training } = house.studio;
  const { id } = await house.submit("generic", "instant", "client");
  await house.approve(id);
  const work = await house.claim("build");
  value(await training.began(work, house.nowMs));
  const gone = value(await tasks.cancel(house.act("customer"), id, "Another face"));
  assert.deepEqual([gone.stage, gone.status], ["END", "cancelled"]);
  assert.equal(await queue.beat(work, 60_000, house.nowMs), undefined);
  refused(await training.processed(work, house.nowMs), "LEASE_LOST");
  refused(await tasks.cancel(house.act("customer"), id), "WRONG_STEP");
});

check("a dead letter of a task is not revived past the task", async (house) => {
  const { delivery, queue, training } = house.studio;
  const { id } = await house.submit("generic", "instant", "client");
  await house.approve(id);
  const failure = { message: "no disk", final: true };
  value(await training.failed(await house.claim("build"), failure, house.nowMs));
  const [dead] = await queue.list(house.act("delivery"), { state: "dead" });
  refused(await queue.revive(house.act("delivery"), dead?.id ?? ""), "UNKNOWN");
  value(await delivery.retry(house.act("delivery"), id));
  assert.deepEqual(await queue.list(house.act("delivery"), { state: "dead" }), []);
  assert.equal((await house.train()).stage, "CONFIRM");
});

check("a refusal takes back what was written before it", async (house) => {
  const before = await rowCounts(house.database);
  const outcome = await attempt(house.database, async (queries) => {
    const { accountId } = house.actors.customer;
    const work = { kind: "build", subject: "task", accountId, nowMs: house.nowMs } as const;
    await house.studio.queue.add(queries, work);
    return unknown("task", "task");
  });
  refused(outcome, "UNKNOWN");
  assert.deepEqual(await rowCounts(house.database), before);
});
