import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { JobEvent } from "../../runtime/job/job.ts";
import { Jobs } from "../../runtime/job/jobs.ts";

/** The jobs of one start and all they stand on. */
export interface World<D extends Disk = MemoryDisk> {
  readonly jobs: Jobs;
  readonly events: readonly JobEvent[];
  readonly disk: D;
  readonly clock: ManualClock;
  readonly trace: TraceRing;
}

export async function open<D extends Disk = MemoryDisk>(
  disk: D = new MemoryDisk() as Disk as D,
  clock = new ManualClock(),
): Promise<World<D>> {
  const trace = new TraceRing();
  const opened = await Jobs.open(disk, trace, countedStamps(clock), clock.monotonicMs());
  return { ...opened, disk, clock, trace };
}

export function reopen({ disk, clock }: World): Promise<World> {
  return open(disk.restarted(), clock);
}

export function submit(jobs: Jobs, body: object): Promise<readonly JobEvent[]> {
  return jobs.submit(bytes({ text: "text", ...body }), {}, 0);
}

export function cancel(jobs: Jobs, body: object): Promise<readonly JobEvent[]> {
  return jobs.cancel(bytes(body), {}, 0);
}

export async function speakNow(jobs: Jobs, jobId: string, more: object = {}): Promise<void> {
  await submit(jobs, { jobId, ...more });
  await jobs.next(1);
  await jobs.advance(jobId, "speaking", {}, 2);
}

/** `id state [dup] [request] [code]` of each event. */
export function brief(events: readonly JobEvent[]): string[] {
  return events.map(({ jobId, state, dup, request, errors }) =>
    [jobId ?? "null", state, dup ? "dup" : "", request, errors?.[0]?.code]
      .filter(Boolean)
      .join(" "),
  );
}

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
