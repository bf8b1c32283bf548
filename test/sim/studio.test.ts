import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { roles } from "../../runtime/studio/act.ts";
import type { Work } from "../../runtime/studio/queue/work.ts";
import { type StepName, stepsFrom } from "../../runtime/studio/task/steps.ts";
import { stages } from "../../runtime/studio/task/task.ts";
import { freshUrls } from "../support/databases.ts";
import { type House, openHouse, value } from "../support/studio.ts";

const urls = await freshUrls();
const runs = { sqlite: 150, postgres: 5 };

for (const [kind, url] of Object.entries(urls)) {
  test(`${kind}: whoever does whatever in any order, the books stay in order`, async () => {
    const stories = fc.array(move, { minLength: 60, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        await using house = await openHouse(await url());
        const held: Work[] = [];
        for (const step of story) {
          await play(house, held, step);
          await checkBooks(house);
        }
        await workOff(house);
        await checkBooks(house);
      }),
      { numRuns: runs[kind as keyof typeof runs], interruptAfterTimeLimit: 60_000 },
    );
  });
}

/** Who does what to which of the tasks; what does not fit is refused, and that is part of it. */
const move = fc.record({
  what: fc.constantFrom(
    ...(["submit", "handIn", "handIn", "approve", "approve", "turnDown", "buy"] as const),
    ...(["claim", "claim", "claim", "claim", "work", "work", "work", "work", "fail"] as const),
    ...(["accept", "accept", "reject", "reject", "cancel", "retry", "revive"] as const),
    ...(["wait", "tend"] as const),
  ),
  role: fc.constantFrom("administrator", "administrator", ...roles),
  which: fc.nat(9),
  kind: fc.constantFrom("generic", "photo"),
});

type Move = typeof move extends fc.Arbitrary<infer M> ? M : never;

/** The step of a task that a move wants; mostly one is picked that is due for it. */
const wants: Partial<Record<Move["what"], StepName>> = {
  ...{ handIn: "hand-in", approve: "approve", turnDown: "turn-down" },
  ...{ accept: "accept", reject: "reject", cancel: "cancel", retry: "retry" },
};

async function pickTask(house: House, { what, which }: Move): Promise<string> {
  const all = await house.studio.tasks.list(house.act("administrator"));
  const step = wants[what];
  const due = all.filter((task) => step && stepsFrom(task, "administrator").includes(step));
  const among = due.length > 0 && which < 8 ? due : all;
  return among[which % Math.max(among.length, 1)]?.id ?? "none";
}

async function play(house: House, held: Work[], step: Move): Promise<void> {
  const { acceptance, delivery, queue, tasks, training } = house.studio;
  const { what, role, which, kind } = step;
  const act = house.act(role);
  const id = await pickTask(house, step);
  switch (what) {
    case "submit":
      await house.submit(kind, "instant", "client");
      return;
    case "handIn":
      await tasks.handIn(act, id);
      return;
    case "approve":
      await delivery.approve(act, id);
      return;
    case "turnDown":
      await delivery.turnDown(act, id, "Too dark");
      return;
    case "accept":
      await acceptance.accept(act, id);
      return;
    case "reject":
      await acceptance.reject(act, id, "Odd teeth");
      return;
    case "cancel":
      if (which < 2) await tasks.cancel(act, id, "No more");
      return;
    case "retry":
      await delivery.retry(act, id);
      return;
    case "revive": {
      const [dead] = await queue.list(house.act("administrator"), { state: "dead" });
      if (dead) await queue.revive(act, dead.id);
      return;
    }
    case "buy":
      await house.buy(`avatar-${kind}-instant`);
      return;
    case "claim": {
      const claim = { kinds: ["check", "build"], holder: `w${which}`, leaseMs: 60_000 } as const;
      const work = await queue.claim(claim, house.nowMs);
      if (work) held.push(work);
      return;
    }
    case "fail": {
      const work = held.at(-1 - Math.floor(which / 5));
      if (work) await training.failed(work, { message: "no", final: which < 2 }, house.nowMs);
      return;
    }
    case "work": {
      const work = held.at(-1 - Math.floor(which / 5));
      if (work) await turn(house, work, which);
      return;
    }
    case "wait":
      // Mostly within a lease, sometimes past it.
      return house.clock.advance(which > 7 ? 61_000 : 1_000);
    case "tend":
      return house.studio.tend(house.nowMs);
  }
}

/** One thing that a worker does, whether its lease still holds or not. */
async function turn(house: House, work: Work, which: number): Promise<void> {
  const { training } = house.studio;
  if (work.kind === "check") {
    await training.checked(work, { findings: [] }, house.nowMs);
    return;
  }
  if (which < 2) await training.log(work, ["a line"], house.nowMs);
  const began = await training.began(work, house.nowMs);
  if (!("stage" in began)) return;
  await training.processed(work, house.nowMs);
  const result = { demos: [], build: `builds/${work.id}` };
  if (which > 2) await training.trained(work, result, house.nowMs);
}

/** Until nothing is left to do: by then no task waits for a worker. */
async function workOff(house: House): Promise<void> {
  for (let round = 0; round < 400; round++) {
    await house.clock.advance(61_000);
    await house.studio.tend(house.nowMs);
    const claim = { kinds: ["check", "build"], holder: "last", leaseMs: 60_000 } as const;
    const work = await house.studio.queue.claim(claim, house.nowMs);
    if (work) await turn(house, work, 9);
    else if ((await live(house)).length === 0) break;
  }
  assert.deepEqual(await live(house), []);
  const tasks = await house.studio.tasks.list(house.act("administrator"));
  const stuck = tasks.filter(({ status }) => ["checking", "queued", "running"].includes(status));
  assert.deepEqual(stuck, []);
}

interface LiveRow extends Readonly<Record<string, string>> {
  readonly kind: string;
  readonly subject: string;
}

function live(house: House): Promise<readonly LiveRow[]> {
  return house.database.query<LiveRow>(
    `SELECT kind, subject FROM work
     WHERE state IN ('ready', 'leased') AND kind IN ('check', 'build')`,
  );
}

async function checkBooks(house: House): Promise<void> {
  const admin = house.act("administrator");
  const tasks = await house.studio.tasks.list(admin, {}, { limit: 200 });
  const waiting = await live(house);
  for (const task of tasks) {
    const history = value(await house.studio.tasks.history(admin, task.id));
    const { stage, status, round } = history.at(-1) ?? {};
    assert.deepEqual([stage, status, round], [task.stage, task.status, task.round]);
    const rounds = history.map((event) => event.round);
    assert.deepEqual(
      rounds,
      [...rounds].sort((a, b) => a - b),
    );
    const ends = history.filter((event) => event.stage === stages.at(-1));
    assert(ends.length <= 1 && (ends.length === 0 || task.stage === "END"));
    const own = waiting.filter(({ subject }) => subject === task.id);
    const due = { checking: "check", queued: "build", running: "build" }[task.status as string];
    assert.deepEqual(
      own.map((work) => work.kind),
      due === undefined ? [] : [due],
    );
  }
  await checkLedger(house);
}

async function checkLedger(house: House): Promise<void> {
  const admin = house.act("administrator");
  const tasks = await house.studio.tasks.list(admin, { status: "accepted" }, { limit: 200 });
  const quotas = await house.studio.quotas.list(admin, undefined, { limit: 200 });
  const avatars = await house.studio.catalogue.list(admin, {}, { limit: 200 });
  const paid = quotas.flatMap(({ uses }) => uses.map(({ taskId }) => taskId)).sort();
  assert.deepEqual(paid, tasks.map(({ id }) => id).sort());
  assert.deepEqual(avatars.map(({ taskId }) => taskId).sort(), paid);
  for (const { kind, uses } of quotas) {
    assert(uses.length <= 1);
    const task = tasks.find(({ id }) => id === uses[0]?.taskId);
    assert(task === undefined || task.kind === kind);
  }
}
