import { limits } from "../../config/limits.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";
import { Jobs } from "../../runtime/job/jobs.ts";
import { Settings } from "../../runtime/settings/settings.ts";

/** What cutting the power at every byte of one store showed. */
export interface TornResult {
  readonly cuts: number;
  /** Starts that failed, or found something else than the old or the new state. */
  readonly unreadable: number;
  /** Records that were acknowledged and are gone. */
  readonly lost: number;
}

/**
 * A store under test: does its work on the disk and says after each step what is acknowledged;
 * then says what a new start finds.
 */
interface Store {
  work(disk: MemoryDisk, acknowledge: (what: string) => void): Promise<void>;
  find(disk: MemoryDisk): Promise<ReadonlySet<string>>;
}

export const tornStores: Readonly<Record<string, Store>> = {
  ledger: { work: workJobs, find: findJobs },
  "config store": { work: workSettings, find: findSettings },
  outbox: { work: workOutbox, find: findOutbox },
};

/** Cuts the power after each byte that the store writes, and starts again on what is left. */
export async function tear(store: Store, cutsMax: number): Promise<TornResult> {
  const whole = new CountingDisk();
  await store.work(whole, () => {});
  const cuts = Math.min(cutsMax, whole.written + 1);
  const step = (whole.written + 1) / cuts;
  let unreadable = 0;
  let lost = 0;
  for (let cut = 0; cut < cuts; cut++) {
    const disk = new MemoryDisk();
    disk.cutAfter(Math.floor(cut * step));
    let acknowledged: string[] = [];
    await store.work(disk, (what) => {
      if (!disk.dead) acknowledged = [...acknowledged, what];
    });
    try {
      const found = await store.find(disk.restarted());
      lost += acknowledged.filter((what) => !found.has(what)).length;
    } catch {
      unreadable += 1;
    }
  }
  return { cuts, unreadable, lost };
}

class CountingDisk extends MemoryDisk {
  written = 0;

  override append(name: string, bytes: Uint8Array): Promise<void> {
    this.written += bytes.length;
    return super.append(name, bytes);
  }

  override replace(name: string, bytes: Uint8Array): Promise<void> {
    this.written += bytes.length;
    return super.replace(name, bytes);
  }
}

const jobsOfRun = 28;

async function workJobs(disk: MemoryDisk, acknowledge: (what: string) => void): Promise<void> {
  const { jobs } = await Jobs.open(disk, new TraceRing(), countedStamps(new ManualClock()), 0);
  for (let job = 0; job < jobsOfRun; job++) {
    const payload = bytes({ jobId: `job-${job}`, text: "Please come to desk 4." });
    const [event] = await jobs.submit(payload, {}, job);
    if (event?.state === "queued") acknowledge(`job-${job}`);
    const next = job % 2 === 0 ? await jobs.next(job) : undefined;
    if (!next) continue;
    await jobs.advance(next.job.id, "speaking", {}, job);
    await jobs.told(await jobs.advance(next.job.id, "completed", {}, job));
  }
}

async function findJobs(disk: MemoryDisk): Promise<ReadonlySet<string>> {
  const stamps = countedStamps(new ManualClock());
  const { jobs } = await Jobs.open(disk, new TraceRing(), stamps, 0);
  const found = new Set<string>();
  for (let job = 0; job < jobsOfRun; job++) {
    const payload = bytes({ jobId: `job-${job}`, text: "Please come to desk 4." });
    const [event] = await jobs.submit(payload, {}, 0);
    if (event?.dup) found.add(`job-${job}`);
  }
  return found;
}

const versionsOfRun = 12;

/** Some versions need a start and a proof: those are tried, and shown to be well. */
async function workSettings(disk: MemoryDisk, acknowledge: (what: string) => void): Promise<void> {
  const settings = await openSettings(disk);
  settings.onReport(({ state, version }) => {
    if (state === "committed") acknowledge(`${version}`);
  });
  await settings.start(0);
  const well = { connected: true, picture: true, sound: true };
  for (let version = 1; version <= versionsOfRun; version++) {
    await settings.receive(bytes({ version, config: configOf(version) }));
    if (settings.report().state !== "staged") continue;
    await settings.start(0);
    for (const nowMs of [0, limits.probationMsMin]) await settings.turn(well, nowMs);
  }
}

function configOf(version: number): object {
  // Another avatar needs a new start.
  const avatar = version % 3 === 0 ? { id: `number-${version}` } : {};
  return { audio: { volume: version / 100 }, avatar };
}

/**
 * Whatever version is in force, committed or on trial: it is one that was pushed, whole, and so are
 * all before it.
 */
async function findSettings(disk: MemoryDisk): Promise<ReadonlySet<string>> {
  const settings = await openSettings(disk);
  await settings.start(0);
  const committed = settings.report().committed ?? 0;
  const { audio, avatar } = settings.config;
  const force = audio.volume === 1 ? 0 : Math.round(audio.volume * 100);
  const id = force % 3 === 0 && force > 0 ? `number-${force}` : "anna";
  const isWhole = (force === committed || force === committed + 1) && avatar.id === id;
  if (!isWhole) throw new Error(`neither old nor new: ${force} beside ${committed}`);
  return new Set(Array.from({ length: committed }, (_, index) => `${index + 1}`));
}

function openSettings(disk: MemoryDisk): Promise<Settings> {
  const stamps = countedStamps(new ManualClock());
  return Settings.open({ disk, trace: new TraceRing(), stamps }, []);
}

const eventsOfRun = 110;

async function workOutbox(disk: MemoryDisk, acknowledge: (what: string) => void): Promise<void> {
  const outbox = await Outbox.open(disk, new TraceRing());
  for (let event = 1; event <= eventsOfRun; event++) {
    const { seq } = await outbox.add({ severity: "info", code: "TEST", wallMs: 0, detail: {} });
    acknowledge(`${seq}`);
    // Every second one reaches the broker and need not be kept.
    if (seq % 2 === 0) await outbox.sent(seq);
  }
}

async function findOutbox(disk: MemoryDisk): Promise<ReadonlySet<string>> {
  const outbox = await Outbox.open(disk, new TraceRing());
  const found = outbox.waiting.map(({ seq }) => seq);
  // A number that was given is not given again, sent or not.
  const { seq } = await outbox.add({ severity: "info", code: "NEXT", wallMs: 0, detail: {} });
  if (found.some((one) => one >= seq)) throw new Error(`number ${seq} was given before`);
  const sent = Array.from({ length: Math.floor((seq - 1) / 2) }, (_, at) => 2 * (at + 1));
  return new Set([...found, ...sent].map(String));
}

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
