import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { brief, bytes, cancel, open, reopen, speakNow, submit } from "../support/desk.ts";

test("after a restart the queue is what it was, in its order", async () => {
  const world = await open();
  const bodies = [{}, {}, { mode: "interrupt" }, { priority: 9 }, { mode: "interrupt" }];
  for (const [index, body] of bodies.entries()) {
    await submit(world.jobs, { jobId: `j${index}`, ...body });
  }
  const { jobs, events } = await reopen(world);
  assert.deepEqual(events, []);
  const order: string[] = [];
  while (jobs.depth > 0) {
    const next = await jobs.next(1);
    order.push(next!.job.id);
    await jobs.advance(next!.job.id, "failed", {}, 1);
  }
  assert.deepEqual(order, ["j3", "j4", "j2", "j0", "j1"]);
});

test("a restart tells of jobs that expired meanwhile, by the wall clock", async () => {
  const world = await open();
  await submit(world.jobs, { jobId: "short", ttlMs: 1_000 });
  await submit(world.jobs, { jobId: "long", ttlMs: 60_000 });
  await world.clock.advance(30_000);
  const { jobs, events } = await reopen(world);
  assert.deepEqual(brief(events), ["short expired"]);
  const nowMs = world.clock.monotonicMs();
  assert.deepEqual(await jobs.expire(nowMs + 29_999), []);
  assert.deepEqual(brief(await jobs.expire(nowMs + 30_000)), ["long expired"]);
});

test("a job that was being spoken is over after a restart, with what was said of it", async () => {
  const world = await open();
  await speakNow(world.jobs, "a");
  await world.jobs.advance("a", "speaking", { detail: { spokenMs: 1_200 } }, 3);
  const { jobs, events } = await reopen(world);
  assert.deepEqual(brief(events), ["a interrupted"]);
  assert.deepEqual(events[0]?.detail, { reason: "restart", spokenMs: 1_200 });
  assert.equal(jobs.depth, 0);
});

test("a job that asked for it is replayed after a restart, as the first, but once", async () => {
  const world = await open();
  await speakNow(world.jobs, "a", { onRestart: "replay" });
  await submit(world.jobs, { jobId: "b", mode: "interrupt" });
  const second = await reopen(world);
  assert.deepEqual(brief(second.events), ["a queued"]);
  assert.deepEqual(second.events[0]?.detail, { reason: "restart" });
  assert.equal((await second.jobs.next(1))?.job.id, "a");
  await second.jobs.advance("a", "speaking", {}, 2);
  const third = await reopen(second);
  assert.deepEqual(brief(third.events), ["a interrupted"]);
});

test("the Response Topic of a job outlives a restart", async () => {
  const world = await open();
  const reply = { topic: "my/reply", correlation: Uint8Array.of(0, 255) };
  await world.jobs.submit(bytes({ jobId: "a", text: "text" }), { reply }, 0);
  const { jobs } = await reopen(world);
  const event = (await jobs.next(1))!.event;
  assert.deepEqual([event.reply?.topic, [...event.reply!.correlation!]], ["my/reply", [0, 255]]);
});

test("an end is told by every start until the broker has it", async () => {
  const world = await open();
  await submit(world.jobs, { jobId: "a" });
  await cancel(world.jobs, { jobId: "a" });
  const second = await reopen(world);
  assert.deepEqual(brief(second.events), ["a cancelled"]);
  await second.jobs.told(second.events[0]!);
  const third = await reopen(second);
  assert.deepEqual(third.events, []);
  assert.deepEqual(brief(await submit(third.jobs, { jobId: "a" })), ["a cancelled dup submit"]);
});

test("a disk that fails refuses new jobs and lets the present one finish", async () => {
  const disk = new FullDisk();
  const { jobs } = await open(disk);
  await speakNow(jobs, "a");
  disk.full = true;
  const refused = await submit(jobs, { jobId: "b" });
  assert.deepEqual(brief(refused), ["b rejected submit STORAGE_FAILED"]);
  assert.equal(refused[0]?.errors?.[0]?.retryable, true);
  assert.deepEqual(brief([await jobs.advance("a", "completed", {}, 3)]), ["a completed"]);
  disk.full = false;
  assert.deepEqual(brief(await submit(jobs, { jobId: "b" })), ["b queued"]);
  const later = await open(disk);
  assert.deepEqual(brief(later.events), ["a completed"]);
  assert.equal((await later.jobs.next(4))?.job.id, "b");
});

test("the ledger is rewritten when it grows, and says the same afterwards", async () => {
  const world = await open();
  const text = "x".repeat(60_000);
  for (let round = 0; round < 200; round++) {
    await submit(world.jobs, { jobId: `r${round}`, text });
    await cancel(world.jobs, { jobId: `r${round}` });
  }
  await submit(world.jobs, { jobId: "low", text });
  await submit(world.jobs, { jobId: "high", mode: "interrupt", text });
  for (let round = 0; round < 200; round++) await submit(world.jobs, { jobId: `r${round}`, text });
  assert(world.disk.size < limits.ledgerBytesMax, `ledger has ${world.disk.size} bytes`);
  assert(world.trace.count("job.ledger-rewritten") > 0);
  const { jobs, events } = await reopen(world);
  assert.equal(events.length, 200);
  assert.deepEqual(brief(await submit(jobs, { jobId: "r0", text })), ["r0 cancelled dup submit"]);
  assert.equal((await jobs.next(1))?.job.id, "high");
});

test("jobs that ended are remembered for a day", async () => {
  const { jobs, clock } = await open();
  await submit(jobs, { jobId: "a" });
  const [end] = await cancel(jobs, { jobId: "a" });
  await jobs.told(end!);
  await clock.advance(limits.jobsRememberedMsMax);
  await jobs.expire(clock.monotonicMs());
  assert.deepEqual(brief(await submit(jobs, { jobId: "a" })), ["a cancelled dup submit"]);
  await jobs.expire(clock.monotonicMs() + 1);
  assert.deepEqual(brief(await submit(jobs, { jobId: "a" })), ["a queued"]);
});

test("a damaged line is left out and noted, the others count", async () => {
  const world = await open();
  await submit(world.jobs, { jobId: "a" });
  await submit(world.jobs, { jobId: "b" });
  const log = (await world.disk.read("jobs.log"))!;
  log[40]! ^= 1;
  const disk = new MemoryDisk([["jobs.log", log]]);
  const { jobs, trace } = await open(disk);
  assert.equal(trace.count("job.ledger-damaged"), 1);
  assert.equal((await jobs.next(1))?.job.id, "b");
});

/** A disk that has run full: half of what is written fits. */
class FullDisk extends MemoryDisk {
  full = false;

  override async append(name: string, bytes: Uint8Array): Promise<void> {
    if (!this.full) return super.append(name, bytes);
    await super.append(name, bytes.subarray(0, bytes.length / 2));
    throw new Error("Cannot append jobs.log: no space left on device");
  }

  override async replace(name: string, bytes: Uint8Array): Promise<void> {
    if (this.full) throw new Error("Cannot replace jobs.log: no space left on device");
    await super.replace(name, bytes);
  }
}
