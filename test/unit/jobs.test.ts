import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import { brief, bytes, cancel, open, speakNow, submit } from "../support/desk.ts";

test("a job goes from submit to completed, and its end proves what was said", async () => {
  const { jobs } = await open();
  assert.deepEqual(brief(await submit(jobs, { jobId: "a" })), ["a queued"]);
  const next = await jobs.next(1);
  assert.deepEqual(brief([next!.event]), ["a preparing"]);
  assert.equal(jobs.current?.state, "preparing");
  assert.deepEqual(brief([await jobs.advance("a", "speaking", {}, 2)]), ["a speaking"]);
  const end = await jobs.advance("a", "completed", { detail: { spokenMs: 900 } }, 3);
  assert.deepEqual(brief([end]), ["a completed"]);
  // printf text | sha256sum
  const textSha256 = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";
  assert.deepEqual(end.detail, { spokenMs: 900, textSha256 });
  assert.equal(jobs.current, undefined);
  assert.equal(await jobs.next(4), undefined);
});

test("a job that may not begin yet waits, and those behind it", async () => {
  const { jobs } = await open();
  await submit(jobs, { jobId: "a", avatar: "ben" });
  await submit(jobs, { jobId: "b" });
  assert.equal(jobs.upcoming(1)?.avatar, "ben");
  assert.equal(await jobs.next(1, ({ avatar }) => avatar === undefined), undefined);
  assert.deepEqual([jobs.depth, jobs.current], [2, undefined]);
  assert.equal((await jobs.next(1, () => true))?.job.id, "a");
});

test("a request that comes again gets the last state, another body a conflict", async () => {
  const { jobs } = await open();
  await submit(jobs, { jobId: "a" });
  await jobs.next(1);
  const reply = { topic: "my/reply" };
  const again = await jobs.submit(bytes({ jobId: "a", text: "text" }), { reply }, 2);
  assert.deepEqual(brief(again), ["a preparing dup submit"]);
  assert.deepEqual(again[0]?.reply, reply);
  const other = await submit(jobs, { jobId: "a", text: "other" });
  assert.deepEqual(brief(other), ["a rejected submit ID_CONFLICT"]);
  await jobs.advance("a", "failed", {}, 3);
  assert.deepEqual(brief(await submit(jobs, { jobId: "a" })), ["a failed dup submit"]);
  assert.equal(jobs.depth, 0);
});

test("an interrupt stops the job at hand, which then ends interrupted by it", async () => {
  const { jobs } = await open();
  await speakNow(jobs, "a");
  assert.equal(jobs.mustStop(), undefined);
  await submit(jobs, { jobId: "b", mode: "interrupt" });
  const stop = jobs.mustStop();
  assert.deepEqual(stop, { jobId: "a", state: "interrupted", reason: "interrupt", by: "b" });
  const end = await jobs.advance("a", "interrupted", { detail: { spokenMs: 40 } }, 3);
  assert.deepEqual(end.detail, { spokenMs: 40, reason: "interrupt", by: "b" });
  assert.equal(jobs.mustStop(), undefined);
  assert.equal((await jobs.next(4))?.job.id, "b");
});

test("a job that ends by itself while it is to be stopped has simply ended", async () => {
  const { jobs } = await open();
  await speakNow(jobs, "a");
  await submit(jobs, { jobId: "b", mode: "interrupt" });
  assert.deepEqual(brief([await jobs.advance("a", "completed", {}, 3)]), ["a completed"]);
  assert.equal(jobs.mustStop(), undefined);
});

test("replace ends what waits and what speaks", async () => {
  const { jobs } = await open();
  await speakNow(jobs, "a");
  await submit(jobs, { jobId: "b" });
  const events = await submit(jobs, { jobId: "c", mode: "replace" });
  assert.deepEqual(brief(events), ["b cancelled", "c queued"]);
  assert.deepEqual(events[0]?.detail, { reason: "replace", by: "c" });
  assert.equal(jobs.mustStop()?.reason, "replace");
});

test("blank text with interrupt silences, and is done with that", async () => {
  const { jobs } = await open();
  const idle = await submit(jobs, { jobId: "s0", text: "", mode: "interrupt" });
  assert.deepEqual(idle[0]?.detail, { stopped: null });
  await speakNow(jobs, "a");
  await submit(jobs, { jobId: "b" });
  const events = await submit(jobs, { jobId: "s1", text: "", mode: "interrupt" });
  assert.deepEqual(brief(events), ["s1 completed"]);
  assert.deepEqual(events[0]?.detail, { stopped: "a" });
  assert.equal(jobs.mustStop()?.by, "s1");
  assert.equal(jobs.depth, 1);
});

test("blank text cannot silence a job that may not be interrupted", async () => {
  const { jobs } = await open();
  await speakNow(jobs, "a", { interruptible: false });
  const events = await submit(jobs, { jobId: "s", text: "", mode: "interrupt", priority: 9 });
  assert.deepEqual(brief(events), ["s rejected submit NOT_INTERRUPTIBLE"]);
});

test("cancel is always answered", async () => {
  const { jobs } = await open();
  await speakNow(jobs, "a");
  await submit(jobs, { jobId: "b" });
  assert.deepEqual(brief(await cancel(jobs, { jobId: "x" })), ["x rejected cancel UNKNOWN_JOB"]);
  assert.deepEqual(brief(await cancel(jobs, { jobId: "b" })), [
    "b cancelled",
    "b cancelled cancel",
  ]);
  assert.deepEqual(brief(await cancel(jobs, { jobId: "b" })), ["b cancelled dup cancel"]);
  const speaking = await cancel(jobs, { jobId: "a" });
  assert.deepEqual(brief(speaking), ["a speaking cancel"]);
  assert.equal(speaking[0]?.detail?.stopping, true);
  assert.deepEqual(jobs.mustStop(), { jobId: "a", state: "cancelled", reason: "cancel" });
  await jobs.advance("a", "cancelled", {}, 5);
  const nothing = await cancel(jobs, { all: true });
  assert.deepEqual(brief(nothing), ["null cancelled cancel"]);
  assert.deepEqual(nothing[0]?.detail, { queued: 0, stopping: null });
  assert.deepEqual(brief(await cancel(jobs, {})), ["null rejected cancel INVALID_VALUE"]);
});

test("cancel all ends what waits and what speaks", async () => {
  const { jobs } = await open();
  await speakNow(jobs, "a", { interruptible: false });
  await submit(jobs, { jobId: "b" });
  await submit(jobs, { jobId: "c" });
  const events = await cancel(jobs, { all: true });
  assert.deepEqual(brief(events), ["b cancelled", "c cancelled", "null cancelled cancel"]);
  assert.deepEqual(events.at(-1)?.detail, { queued: 2, stopping: "a" });
  assert.equal(jobs.mustStop()?.jobId, "a");
});

test("a job whose time runs out before its turn expires, also while it is prepared", async () => {
  const { jobs } = await open();
  await submit(jobs, { jobId: "a", ttlMs: 100 });
  await submit(jobs, { jobId: "b", ttlMs: 100 });
  assert.equal((await jobs.next(50))?.job.id, "a");
  assert.deepEqual(await jobs.expire(99), []);
  assert.deepEqual(brief(await jobs.expire(100)), ["b expired"]);
  assert.deepEqual(jobs.mustStop(), { jobId: "a", state: "expired", reason: "expired" });
  assert.deepEqual(brief([await jobs.advance("a", "expired", {}, 101)]), ["a expired"]);
});

test("a job that begins in the last moment does not expire any more", async () => {
  const { jobs } = await open();
  await submit(jobs, { jobId: "a", ttlMs: 100 });
  await jobs.next(50);
  await jobs.expire(100);
  await jobs.advance("a", "speaking", {}, 101);
  assert.equal(jobs.mustStop(), undefined);
  await jobs.expire(500);
  assert.equal(jobs.mustStop(), undefined);
});

test("a full queue refuses until there is room, and forgets that it did", async () => {
  const { jobs } = await open();
  for (let index = 0; index < limits.queueJobsMax; index++) await submit(jobs, {});
  const refused = await submit(jobs, { jobId: "late" });
  assert.deepEqual(brief(refused), ["late rejected submit QUEUE_FULL"]);
  assert.equal(refused[0]?.errors?.[0]?.retryAfterMs, limits.queueRetryMs);
  await cancel(jobs, { all: true });
  assert.deepEqual(brief(await submit(jobs, { jobId: "late" })), ["late queued"]);
});

test("a step that no job can take is a broken program", async () => {
  const { jobs } = await open();
  await assert.rejects(jobs.advance("a", "speaking", {}, 1), /job a is not at hand/);
  await submit(jobs, { jobId: "a" });
  await jobs.next(1);
  await assert.rejects(jobs.advance("a", "completed", {}, 2), /from preparing to completed/);
});
