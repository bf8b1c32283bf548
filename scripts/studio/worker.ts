import { hostname } from "node:os";
import { join } from "node:path";
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
  const { fleet, fleetKey } = place;
  if (known.has("publish")) await shop.found(bench.nowMs());
  const renew = known.has("publish") ? () => shop.renew(bench.nowMs()) : undefined;
  const welcome =
    fleet && known.has("assign") ? () => welcomeDevices(bench, fleet, fleetKey) : undefined;
  await Promise.all([
    ...workers.map((worker) => worker.run(stop)),
    renew && repeat(renew, renewalLookMs, "renewal-failed"),
    known.has("build") && repeat(() => sweepWork(bench), sweepMs, "sweep-failed"),
    welcome && repeat(welcome, welcomeMs, "welcome-failed"),
  ]);

  /** Housekeeping; what fails is tried again the next time. */
  async function repeat(keep: () => Promise<unknown>, everyMs: number, failure: string) {
    while (!stop.aborted) {
      try {
        await keep();
      } catch (error) {
        trace.note({ area: "studio", kind: failure, reason: String(error) });
      }
      await clock.sleepUntil(clock.monotonicMs() + everyMs, stop);
    }
  }
}

const renewalLookMs = 600_000;
const welcomeMs = 60_000;
const sweepMs = 3_600_000;

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
