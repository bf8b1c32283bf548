import { hostname } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../drivers/clock/clock.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { LocalVault } from "../../drivers/vault/local.ts";
import type { Trace } from "../../runtime/diagnostics/trace.ts";
import type { WorkKind } from "../../runtime/studio/queue/work.ts";
import { type Craft, Worker } from "../../runtime/studio/work/worker.ts";
import type { FleetOptions } from "../fleet/manager.ts";
import { openStudio, type StudioPlace } from "./open.ts";
import { assignCraft, welcomeDevices } from "./work/assign.ts";
import type { Bench } from "./work/bench.ts";
import { buildCraft } from "./work/build.ts";
import { checkCraft } from "./work/check.ts";
import { publishCraft } from "./work/publish.ts";
import { Shop } from "./work/shop.ts";
import { sweepWork } from "./work/sweep.ts";

/** Work that workers do; orders are told of by the server. */
export const crafts = ["check", "build", "publish", "assign"] as const;

export type CraftName = (typeof crafts)[number];

/** Where a worker works, and with what. */
export interface WorkPlace extends StudioPlace {
  /** What it takes from the queue. */
  readonly only: readonly CraftName[];
  readonly leaseMs: number;
  readonly repository: string;
  /** Files and folders of the repository's keys. */
  readonly keys: readonly string[];
  /** Ed25519, PEM: what packages are signed with. */
  readonly makerKey?: string;
  /** Absent: nothing is assigned. */
  readonly fleet?: FleetOptions;
  /** Ed25519, PEM: of `fleet.signers`. */
  readonly fleetKey?: string;
  readonly bench: Pick<Bench, "threads" | "takeSeconds" | "licence" | "voice">;
}

/**
 * Takes work until `stop` aborts: one build at a time, and beside it whatever takes seconds, so
 * that nobody waits for a night's training to have a take checked.
 */
export async function runWorker(place: WorkPlace, trace: Trace, stop: AbortSignal): Promise<void> {
  await using opened = await openStudio(place, trace);
  const { studio, stamps } = opened;
  const clock = systemClock();
  const bench: Bench = {
    ...{ studio, ...place.bench, nowMs: () => stamps.wallMs() },
    vault: new LocalVault(join(place.state, "files")),
    workFolder: join(place.state, "work"),
    buildsFolder: join(place.state, "builds"),
  };
  const shop = new Shop(place.repository, place.keys);
  const known = craftsOf(place, bench, shop);
  const workers = [["build"], ["check", "publish", "assign"]].flatMap((names) => {
    const mine = new Map([...known].filter(([kind]) => names.includes(kind)));
    const holder = `${hostname()}-${process.pid}-${names[0]}`;
    const parts = { queue: studio.queue, clock, trace };
    return mine.size > 0 ? [new Worker(parts, { holder, leaseMs: place.leaseMs }, mine)] : [];
  });
  if (known.has("publish")) await shop.found(bench.nowMs());
  trace.note({ area: "studio", kind: "worker-ready", takes: [...known.keys()].join(", ") });
  const chores = choresOf(place, bench, shop).filter(({ of }) => known.has(of));
  await Promise.all([
    ...workers.map((worker) => worker.run(stop)),
    ...chores.map((chore) => repeat(chore, { clock, trace }, stop)),
  ]);
}

/** Done from time to time by workers of a kind. */
interface Chore {
  readonly of: CraftName;
  readonly everyMs: number;
  readonly failure: string;
  readonly do: () => Promise<unknown>;
}

const minuteMs = 60_000;

function choresOf({ fleet, fleetKey }: WorkPlace, bench: Bench, shop: Shop): readonly Chore[] {
  const renew = () => shop.renew(bench.nowMs());
  const sweep = () => sweepWork(bench);
  const welcome = fleet && (() => welcomeDevices(bench, fleet, fleetKey));
  return [
    { of: "publish", everyMs: 10 * minuteMs, failure: "renewal-failed", do: renew },
    { of: "build", everyMs: 60 * minuteMs, failure: "sweep-failed", do: sweep },
    ...(welcome
      ? [{ of: "assign", everyMs: minuteMs, failure: "welcome-failed", do: welcome } as const]
      : []),
  ];
}

/** What fails is tried again the next time. */
async function repeat(
  chore: Chore,
  { clock, trace }: { readonly clock: Clock; readonly trace: Trace },
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await chore.do();
    } catch (error) {
      trace.note({ area: "studio", kind: chore.failure, reason: String(error) });
    }
    await clock.sleepUntil(clock.monotonicMs() + chore.everyMs, stop);
  }
}

function craftsOf(place: WorkPlace, bench: Bench, shop: Shop): ReadonlyMap<WorkKind, Craft> {
  const all: readonly (readonly [WorkKind, Craft])[] = [
    ["check", checkCraft(bench)],
    ["build", buildCraft(bench)],
    ["publish", publishCraft(bench, shop, place.makerKey)],
    ...(place.fleet
      ? ([["assign", assignCraft(bench, place.fleet, place.fleetKey)]] as const)
      : []),
  ];
  return new Map(all.filter(([kind]) => (place.only as readonly WorkKind[]).includes(kind)));
}
