import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Jobs } from "../../runtime/job/jobs.ts";
import { chance } from "./chance.ts";

/** Later copies of a message come at most so many messages behind the first. */
const windowMessages = 64;

/**
 * Delivers each of `messages` jobs one to three times, out of order within a window. Returns how
 * often one was taken beyond once, and how many were not taken at all.
 */
export async function deliver(messages: number): Promise<{ twice: number; never: number }> {
  const random = chance(7);
  const stamps = countedStamps(new ManualClock());
  const { jobs } = await Jobs.open(new NoDisk(), new TraceRing(), stamps, 0);
  const taken = new Uint8Array(messages);
  let waiting: number[] = [];
  for (let next = 0; next < messages || waiting.length > 0; ) {
    while (next < messages && waiting.length < windowMessages) {
      const copies = 1 + Math.floor(random() * 3);
      waiting.push(...Array.from({ length: copies }, () => next));
      next += 1;
    }
    const at = Math.floor(random() * waiting.length);
    const message = waiting[at]!;
    waiting[at] = waiting.at(-1)!;
    waiting = waiting.slice(0, -1);
    const payload = new TextEncoder().encode(`{"jobId":"m${message}","text":"a"}`);
    const [event] = await jobs.submit(payload, {}, 0);
    if (event?.state !== "queued" || event.dup) continue;
    taken[message] = taken[message]! + 1;
    await speak(jobs);
  }
  const twice = taken.reduce((sum, times) => sum + Math.max(0, times - 1), 0);
  return { twice, never: taken.filter((times) => times === 0).length };
}

async function speak(jobs: Jobs): Promise<void> {
  const next = await jobs.next(0);
  if (!next) return;
  await jobs.advance(next.job.id, "speaking", {}, 0);
  await jobs.told(await jobs.advance(next.job.id, "completed", {}, 0));
}

/** Takes everything and keeps nothing: a million jobs are not about the medium. */
class NoDisk implements Disk {
  async read(): Promise<undefined> {}
  async openFile(): Promise<undefined> {}
  async append(): Promise<void> {}
  async replace(): Promise<void> {}
}
