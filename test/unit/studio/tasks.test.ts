import assert from "node:assert/strict";
import type { TaskWish } from "../../../runtime/studio/task/task.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { refused, rowCounts, value } from "../../support/studio.ts";

const check = await onEveryDatabase();

const wish: TaskWish = { name: "Ben", kind: "generic", type: "instant", targets: ["client"] };
const blurred = {
  code: "BLURRED",
  severity: "error",
  message: "The face is blurred",
  advice: "Focus on the eyes",
} as const;

check("a task goes from its material to the catalogue", async (house) => {
  const { acceptance, tasks } = house.studio;
  await house.buy("avatar-generic-studio");
  const { id } = await house.trained("generic", "studio", "client");
  const [shown] = await acceptance.waiting(house.act("customer"), { type: "studio" });
  assert.equal(shown?.id, id);
  assert.deepEqual(shown.demos, [{ tier: "720p", file: "demo-1" }]);
  assert.deepEqual(await acceptance.waiting(house.act("customer"), { type: "instant" }), []);
  const { avatar, task } = value(await acceptance.accept(house.act("customer"), id));
  assert.deepEqual([task.stage, task.status], ["END", "accepted"]);
  assert.deepEqual([avatar.id, avatar.build, avatar.release], [task.avatarId, "builds/1", null]);
  const history = value(await tasks.history(house.act("customer"), id));
  assert.deepEqual(
    history.map(({ step }) => step),
    ["submit", "hand-in", "check-passed", "approve", "begin", "processed", "trained", "accept"],
  );
  const stages = [...new Set(history.map(({ stage }) => stage))];
  assert.deepEqual(stages, ["SUBMIT", "AUDIT", "PROCESS", "TRAIN", "CONFIRM", "END"]);
});

check("both targets make two tasks of one pair", async (house) => {
  await house.buy("avatar-generic-instant");
  await house.buy("cloud-hours-100");
  const both = { ...wish, targets: ["client", "cloud"] } as const;
  const [one, two] = value(await house.studio.tasks.submit(house.act("customer"), both));
  assert.deepEqual([one?.target, two?.target], ["client", "cloud"]);
  assert.equal(one?.pairId, two?.pairId);
  assert.notEqual(one?.avatarId, two?.avatarId);
});

check("what is for the cloud is refused with all that is missing", async (house) => {
  const { scenario, tasks } = house.studio;
  const before = await rowCounts(house.database);
  const both = { ...wish, targets: ["client", "cloud"] } as const;
  const refusal = refused(await tasks.submit(house.act("customer"), both), "MISSING");
  assert.deepEqual(refusal.missing, [
    {
      what: "quota",
      skus: ["avatar-generic-instant"],
      text: "a quota: Avatar Generic, Instant Lip-Sync",
    },
    {
      what: "hours",
      skus: ["cloud-hours-100"],
      text: "an hour package: Lightweight cloud service, 100 hours",
    },
  ]);
  assert.deepEqual(await rowCounts(house.database), before);
  await house.buy("avatar-generic-studio");
  await house.buy("cloud-hours-100");
  const act = house.act("customer");
  const [quota] = await scenario.cloud(act, { kind: "generic", type: "instant" });
  assert.equal(quota?.what, "quota");
  assert.deepEqual(await scenario.cloud(act), []);
  await house.buy("avatar-generic-instant");
  value(await tasks.submit(house.act("customer"), both));
});

check("nothing is handed in without a take and a consent", async (house) => {
  const { tasks } = house.studio;
  const [task] = value(await tasks.submit(house.act("customer"), wish));
  const id = task?.id ?? "";
  const path = async () => refused(await tasks.handIn(house.act("customer"), id), "INVALID").path;
  assert.equal(await path(), "/materials");
  const materials = [{ purpose: "take", file: "file-1", name: "take.mp4" }] as const;
  value(await tasks.revise(house.act("customer"), id, { materials }));
  assert.equal(await path(), "/consentFile");
  value(await tasks.revise(house.act("customer"), id, { consentFile: "file-2" }));
  const handed = value(await tasks.handIn(house.act("customer"), id));
  assert.deepEqual([handed.stage, handed.status], ["SUBMIT", "checking"]);
  refused(await tasks.revise(house.act("customer"), id, { name: "Bob" }), "WRONG_STEP");
  refused(await tasks.handIn(house.act("customer"), id), "WRONG_STEP");
});

check(
  "bad material comes back with what to record again, and may be handed in anew",
  async (house) => {
    const { tasks, training } = house.studio;
    const { id } = await house.submit("generic", "instant", "client");
    value(await tasks.handIn(house.act("customer"), id));
    const work = await house.claim("check");
    const back = value(await training.checked(work, { findings: [blurred] }, house.nowMs));
    assert.deepEqual([back.stage, back.status, back.note], ["SUBMIT", "refused", blurred.message]);
    assert.deepEqual(back.findings, [blurred]);
    const again = value(await tasks.handIn(house.act("customer"), id));
    assert.equal(again.status, "checking");
    const warned = { findings: [{ ...blurred, severity: "warning" }] } as const;
    const passed = value(await training.checked(await house.claim("check"), warned, house.nowMs));
    assert.deepEqual([passed.stage, passed.findings.length], ["AUDIT", 1]);
  },
);

check(
  "the delivery team assigns, and turns down with a reason of 300 characters",
  async (house) => {
    const { delivery, tasks, training } = house.studio;
    const { id } = await house.submit("generic", "instant", "client");
    value(await tasks.handIn(house.act("customer"), id));
    value(await training.checked(await house.claim("check"), { findings: [] }, house.nowMs));
    const act = house.act("delivery");
    const { delivery: dora, customer } = house.actors;
    refused(await delivery.assign(house.act("customer"), id, dora.userId), "FORBIDDEN");
    refused(await delivery.assign(act, id, customer.userId), "INVALID");
    assert.equal(value(await delivery.assign(act, id, dora.userId)).assigneeId, dora.userId);
    assert.equal((await tasks.list(act, { assigneeId: dora.userId })).length, 1);
    refused(await delivery.approve(house.act("customer"), id), "FORBIDDEN");
    refused(await delivery.turnDown(act, id, " "), "INVALID");
    refused(await delivery.turnDown(act, id, "x".repeat(301)), "INVALID");
    const reason = "再".repeat(300);
    const back = value(await delivery.turnDown(act, id, reason));
    assert.deepEqual([back.stage, back.status, back.note], ["SUBMIT", "refused", reason]);
  },
);

check("a rejected demo is kept, and another round follows", async (house) => {
  const { acceptance, delivery, tasks } = house.studio;
  await house.buy("avatar-exclusive-instant");
  const { id } = await house.trained("exclusive", "instant", "client");
  refused(await acceptance.reject(house.act("customer"), id, ""), "INVALID");
  refused(await acceptance.reject(house.act("delivery"), id, "Why not"), "FORBIDDEN");
  const back = value(await acceptance.reject(house.act("customer"), id, "The teeth are odd"));
  assert.deepEqual([back.stage, back.status, back.round], ["AUDIT", "waiting", 2]);
  assert.equal(back.note, "The teeth are odd");
  refused(await acceptance.accept(house.act("customer"), id), "WRONG_STEP");
  value(await delivery.approve(house.act("delivery"), id));
  const second = await house.train();
  assert.deepEqual([second.stage, second.round], ["CONFIRM", 2]);
  const rounds = value(await tasks.rounds(house.act("customer"), id));
  assert.deepEqual(
    rounds.map(({ round }) => round),
    [1, 2],
  );
  const history = value(await tasks.history(house.act("customer"), id));
  assert.equal(history.find(({ step }) => step === "reject")?.reason, "The teeth are odd");
  value(await acceptance.accept(house.act("customer"), id));
  const used = await house.studio.quotas.list(house.act("customer"));
  assert.deepEqual(
    used.map(({ state }) => state),
    ["spent"],
  );
});

check("a photo avatar skips CONFIRM: it is accepted once it is trained", async (house) => {
  await house.buy("avatar-photo-instant");
  const done = await house.trained("photo", "instant", "client");
  assert.deepEqual([done.stage, done.status], ["END", "accepted"]);
  const history = value(await house.studio.tasks.history(house.act("customer"), done.id));
  assert(!history.some(({ stage }) => stage === "CONFIRM"));
  assert.equal((await house.studio.catalogue.list(house.act("customer"))).length, 1);
});

check("a photo avatar without a quota waits for one", async (house) => {
  const { acceptance } = house.studio;
  const waiting = await house.trained("photo", "instant", "client");
  assert.deepEqual([waiting.stage, waiting.status], ["TRAIN", "waiting"]);
  refused(await acceptance.accept(house.act("customer"), waiting.id), "NO_QUOTA");
  await house.buy("avatar-photo-instant");
  const { task } = value(await acceptance.accept(house.act("customer"), waiting.id));
  assert.equal(task.stage, "END");
});

check("a submission that is wrong is told by its place", async (house) => {
  const submit = (part: Partial<TaskWish>) =>
    house.studio.tasks.submit(house.act("customer"), { ...wish, ...part });
  const path = async (part: Partial<TaskWish>) => refused(await submit(part), "INVALID").path;
  assert.equal(await path({ name: " " }), "/name");
  assert.equal(await path({ name: "n".repeat(65) }), "/name");
  assert.equal(await path({ targets: [] }), "/targets");
  assert.equal(await path({ targets: ["client", "client"] }), "/targets");
  assert.equal(await path({ sentence: "再".repeat(1_400) }), "/sentence");
});
