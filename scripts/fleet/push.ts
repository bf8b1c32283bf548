import { setTimeout as sleep } from "node:timers/promises";
import type { Manager, Report } from "./manager.ts";

/** A configuration on its way to many devices. */
export interface Push {
  /** Absent: one more than the highest that any of the devices has reported. */
  readonly version?: number;
  readonly config: unknown;
  readonly glob: string;
  /** So many devices first; the others follow when all of them have committed. */
  readonly canary: number;
  /** Stops when more than this share of the devices that have answered did not commit. */
  readonly failuresMax: number;
  /** How long each device may take. */
  readonly timeoutMs: number;
}

/** What became of one device; `left`: not tried, because others failed. */
export interface Outcome {
  readonly device: string;
  readonly state: "committed" | "rolled_back" | "rejected" | "silent" | "left";
  readonly version: number;
  readonly reasons: readonly string[];
}

const batchSize = 50;

/** Pushes to the canaries, then to the others, and yields each device's outcome as it comes. */
export async function* push(manager: Manager, wanted: Push): AsyncGenerator<Outcome> {
  const devices = manager.devices(wanted.glob).map(([device]) => device);
  if (devices.length === 0) {
    throw new Error(`Cannot push to ${wanted.glob}: no such device has ever come to this broker`);
  }
  const version = wanted.version ?? nextVersion(manager, devices);
  const canaries = devices.slice(0, wanted.canary);
  const others = devices.slice(wanted.canary);
  const batches = [canaries, ...inBatches(others)].filter((batch) => batch.length > 0);
  let failed = 0;
  let answered = 0;
  for (const batch of batches) {
    // Not one canary may fail; later on, a share.
    const allowed = answered === canaries.length ? 0 : wanted.failuresMax;
    const stopped = answered > 0 && failed / answered > allowed;
    const outcomes = stopped
      ? batch.map((device) => ({ device, version, state: "left" as const, reasons: [] }))
      : await Promise.all(batch.map((device) => pushTo(manager, device, { ...wanted, version })));
    for (const outcome of outcomes) {
      answered += Number(outcome.state !== "left");
      failed += Number(outcome.state !== "committed" && outcome.state !== "left");
      yield outcome;
    }
  }
}

async function pushTo(
  manager: Manager,
  device: string,
  { version, config, timeoutMs }: Push & { version: number },
): Promise<Outcome> {
  const payload = JSON.stringify({ version, config });
  const topic = manager.topic(device, "config/desired");
  await manager.client.publishAsync(topic, payload, { qos: 1, retain: true });
  const untilMs = performance.now() + timeoutMs;
  while (performance.now() < untilMs) {
    const report = manager.seen(device).config;
    if (report && isOver(report, version)) {
      const reasons = report.errors.map(({ code, message }) => `${code} ${message}`);
      return { device, version, state: report.state as Outcome["state"], reasons };
    }
    await sleep(50);
  }
  return { device, version, state: "silent", reasons: [`no end within ${timeoutMs / 1e3} s`] };
}

function isOver({ version, state }: Report, wanted: number): boolean {
  return version === wanted && ["committed", "rolled_back", "rejected"].includes(state);
}

function nextVersion(manager: Manager, devices: readonly string[]): number {
  return 1 + Math.max(0, ...devices.map((device) => manager.seen(device).config?.version ?? 0));
}

function inBatches(devices: readonly string[]): string[][] {
  const starts = Array.from({ length: Math.ceil(devices.length / batchSize) });
  return starts.map((_, at) => devices.slice(at * batchSize, (at + 1) * batchSize));
}
