import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import type { Job } from "../../runtime/job/job.ts";
import { offer, type Queue } from "../../runtime/job/queue.ts";

test("offer() queues by priority, then by arrival", () => {
  const queue = fill([job("a"), job("b", { priority: 9 }), job("c"), job("d", { priority: 0 })]);
  assert.deepEqual(ids(queue), ["b", "a", "c", "d"]);
});

test("offer() puts an interrupt before its like, and the latest one first", () => {
  const interrupt = { mode: "interrupt" } as const;
  const urgent = job("urgent", { priority: 9 });
  const queue = fill([job("a"), urgent, job("b", interrupt), job("c", interrupt)]);
  assert.deepEqual(ids(queue), ["urgent", "c", "b", "a"]);
});

test("offer() stops the job at hand only for one that may", () => {
  const cases: [Partial<Job>, Partial<Job>, boolean][] = [
    [{}, { mode: "enqueue", priority: 9 }, false],
    [{}, { mode: "interrupt" }, true],
    [{}, { mode: "replace" }, true],
    [{ priority: 6 }, { mode: "interrupt" }, false],
    [{ interruptible: false }, { mode: "interrupt", priority: 9 }, false],
  ];
  for (const [current, next, stops] of cases) {
    const offered = offer([], job("now", current), job("next", next));
    assert("stops" in offered);
    assert.equal(offered.stops, stops);
    assert.deepEqual(ids(offered.queue), ["next"]);
  }
});

test("offer() lets replace throw out jobs of its own and of lower priorities", () => {
  const queue = fill([job("low", { priority: 1 }), job("same"), job("high", { priority: 9 })]);
  const offered = offer(queue, undefined, job("new", { mode: "replace" }));
  assert("dropped" in offered);
  assert.deepEqual(ids(offered.dropped), ["same", "low"]);
  assert.deepEqual(ids(offered.queue), ["high", "new"]);
});

test("offer() drops drop-if-busy when anybody is before it", () => {
  const shy = job("shy", { mode: "drop-if-busy" });
  assert("queue" in offer([], undefined, shy));
  assert.deepEqual(codeOf(offer([job("a")], undefined, shy)), "BUSY");
  assert.deepEqual(codeOf(offer([], job("a"), shy)), "BUSY");
});

test("offer() refuses beyond the bound and says when to come back", () => {
  const queue = Array.from({ length: limits.queueJobsMax }, (_, index) => job(`${index}`));
  const refused = offer(queue, undefined, job("more", { priority: 9 }));
  assert.equal(codeOf(refused), "QUEUE_FULL");
  assert("retryAfterMs" in refused && refused.retryable);
  assert("queue" in offer(queue, undefined, job("new", { mode: "replace" })));
});

function job(id: string, more: Partial<Job> = {}): Job {
  return {
    ...{ id, kind: "text", text: id, priority: 5, mode: "enqueue", interruptible: true },
    ...{ captions: true, actions: [], onRestart: "drop", deadlineMs: 60_000 },
    ...more,
  };
}

function fill(jobs: readonly Job[]): Queue {
  return jobs.reduce<Queue>((queue, next) => {
    const offered = offer(queue, undefined, next);
    assert("queue" in offered);
    return offered.queue;
  }, []);
}

function ids(jobs: Queue): string[] {
  return jobs.map(({ id }) => id);
}

function codeOf(offered: ReturnType<typeof offer>): string | undefined {
  return "code" in offered ? offered.code : undefined;
}
