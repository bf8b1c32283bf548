import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";

const event = { severity: "info", code: "TEST", wallMs: 0, detail: {} } as const;

test("events wait on disk until the broker has them, and numbers go on", async () => {
  const { outbox, disk } = await open();
  for (let count = 0; count < 3; count++) await outbox.add(event);
  await outbox.sent(2);
  const later = await open(disk.restarted());
  assert.deepEqual(seqs(later.outbox), [1, 3]);
  assert.equal((await later.outbox.add(event)).seq, 4);
});

test("the number of an event that was sent is not given again", async () => {
  const { outbox, disk } = await open();
  await outbox.add(event);
  await outbox.sent(1);
  const later = await open(disk.restarted());
  assert.deepEqual(seqs(later.outbox), []);
  assert.equal((await later.outbox.add(event)).seq, 2);
});

test("when too many wait the oldest give way, and the gap shows", async () => {
  const { outbox, disk, trace } = await open();
  for (let count = 0; count < limits.outboxEventsMax + 5; count++) await outbox.add(event);
  assert.equal(outbox.waiting.length, limits.outboxEventsMax);
  assert.equal(outbox.waiting[0]?.seq, 6);
  assert.equal(trace.count("fleet.outbox-full"), 5);
  for (const { seq } of outbox.waiting) await outbox.sent(seq);
  for (let count = 0; count < 3 * limits.outboxEventsMax; count++) {
    const { seq } = await outbox.add(event);
    await outbox.sent(seq);
  }
  assert(disk.size < 1_000_000, `the file has ${disk.size} bytes`);
  const later = await open(disk.restarted());
  assert.deepEqual(seqs(later.outbox), []);
  assert.equal((await later.outbox.add(event)).seq, 4 * limits.outboxEventsMax + 6);
});

test("a torn line is left out and the file made whole with the next event", async () => {
  const { outbox, disk } = await open();
  await outbox.add(event);
  disk.cutAfter(20);
  await outbox.add(event);
  const later = await open(disk.restarted());
  assert.deepEqual(seqs(later.outbox), [1]);
  await later.outbox.add(event);
  const last = await open(later.disk.restarted());
  assert.deepEqual(seqs(last.outbox), [1, 2]);
});

async function open(disk = new MemoryDisk()) {
  const trace = new TraceRing();
  return { outbox: await Outbox.open(disk, trace), disk, trace };
}

function seqs(outbox: Outbox): number[] {
  return outbox.waiting.map(({ seq }) => seq);
}
