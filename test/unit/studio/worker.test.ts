import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { Work, WorkKind } from "../../../runtime/studio/queue/work.ts";
import { type Craft, granted, Hopeless, Worker } from "../../../runtime/studio/work/worker.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { type House, value } from "../../support/studio.ts";

const check = await onEveryDatabase();
const leaseMs = 60_000;
const never = new AbortController().signal;

check("workers that share a queue take each piece once", async (house) => {
  const ids = new Set<string>();
  for (let index = 0; index < 12; index++) {
    const { id } = await house.submit("generic", "instant", "client");
    value(await house.studio.tasks.handIn(house.act("customer"), id));
    ids.add(id);
  }
  const taken: string[] = [];
  const craft = checking(house, (work) => void taken.push(work.subject));
  const crew = ["one", "two", "three"].map((holder) => workerOf(house, holder, craft));
  await Promise.all(
    crew.map(async (worker) => {
      while (await worker.turn(never));
    }),
  );
  assert.deepEqual(taken.sort(), [...ids].sort());
  const tasks = await house.studio.tasks.list(house.act("delivery"), { stage: "AUDIT" });
  assert.equal(tasks.length, ids.size);
});

check(
  "what a dead worker held is another's once the lease is over, and not before",
  async (house) => {
    const { id } = await handedIn(house);
    await house.claim("check", "dead");
    const worker = workerOf(house, "living", checking(house));
    await house.clock.advance(leaseMs - 1);
    assert.equal(await worker.turn(never), false);
    await house.clock.advance(1);
    assert.equal(await worker.turn(never), true);
    const task = value(await house.studio.tasks.get(house.act("customer"), id));
    assert.equal(task.stage, "AUDIT");
  },
);

check("a worker that is at it for long keeps its piece", async (house) => {
  await handedIn(house);
  const work = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  const slow = checking(house, () => {
    began.resolve();
    return work.promise;
  });
  const turn = workerOf(house, "slow", slow).turn(never);
  await began.promise;
  const other = workerOf(house, "other", checking(house));
  for (let beat = 0; beat < 15; beat++) {
    await beaten(house);
    assert.equal(await other.turn(never), false);
  }
  work.resolve();
  assert.equal(await turn, true);
  assert.equal(house.trace.count("studio.work-done"), 1);
});

check("a worker whose task is cancelled stops, and writes nothing", async (house) => {
  const { id } = await handedIn(house);
  const began = Promise.withResolvers<void>();
  const craft: Craft = {
    do: (_work, held) => {
      began.resolve();
      return new Promise((_, reject) => held.addEventListener("abort", () => reject(held.reason)));
    },
    failed: async () => assert.fail("a cancelled piece has no failure"),
  };
  const turn = workerOf(house, "one", craft).turn(never);
  await began.promise;
  value(await house.studio.tasks.cancel(house.act("customer"), id));
  await house.clock.advance(leaseMs / 3);
  assert.equal(await turn, true);
  assert.equal(house.trace.count("studio.work-lost"), 1);
});

check("a failure is tried again later, one without hope is not", async (house) => {
  const { id } = await handedIn(house);
  const error = { now: new Error("no memory") };
  const craft = checking(house, () => {
    throw error.now;
  });
  const worker = workerOf(house, "one", craft);
  assert.equal(await worker.turn(never), true);
  assert.equal(await worker.turn(never), false, "it waits");
  await house.clock.advance(10_000);
  error.now = new Hopeless("the take is damaged");
  assert.equal(await worker.turn(never), true);
  const task = value(await house.studio.tasks.get(house.act("customer"), id));
  assert.deepEqual([task.status, task.note], ["refused", "the take is damaged"]);
});

check("a worker that is stopped gives its piece back", async (house) => {
  await handedIn(house);
  const stop = new AbortController();
  const craft = checking(house, async () => {
    stop.abort();
    stop.signal.throwIfAborted();
  });
  await workerOf(house, "one", craft).run(stop.signal);
  const [work] = await house.studio.queue.list(house.act("delivery"), { kind: "check" });
  assert.deepEqual([work?.state, work?.error], ["ready", "the worker was stopped"]);
});

async function handedIn(house: House) {
  const { id } = await house.submit("generic", "instant", "client");
  return value(await house.studio.tasks.handIn(house.act("customer"), id));
}

/** Finds nothing wrong, after `meanwhile`. */
function checking(house: House, meanwhile: (work: Work) => unknown = () => {}): Craft {
  const { training } = house.studio;
  return {
    async do(work) {
      await meanwhile(work);
      granted(await training.checked(work, { findings: [] }, house.nowMs));
    },
    failed: (work, failure) => training.failed(work, failure, house.nowMs),
  };
}

function workerOf({ studio, clock, trace }: House, holder: string, craft: Craft): Worker {
  const crafts = new Map<WorkKind, Craft>([["check", craft]]);
  return new Worker({ queue: studio.queue, clock, trace }, { holder, leaseMs }, crafts);
}

/** Time goes on by a beat; resolves once it is in the database. */
async function beaten(house: House): Promise<void> {
  await house.clock.advance(leaseMs / 3);
  const isThere = async () => {
    const [work] = await house.studio.queue.list(house.act("delivery"), { kind: "check" });
    return work?.leaseUntilMs === house.nowMs + leaseMs;
  };
  while (!(await isThere())) await setTimeout(1);
}
