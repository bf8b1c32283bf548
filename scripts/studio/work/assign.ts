import { systemAct } from "../../../runtime/studio/act.ts";
import { targetOf } from "../../../runtime/studio/catalogue/assignments.ts";
import type { Assignment, Avatar } from "../../../runtime/studio/catalogue/avatar.ts";
import type { Work } from "../../../runtime/studio/queue/work.ts";
import { Refusal } from "../../../runtime/studio/refusal.ts";
import { avatarsFor, isInGroup } from "../../../runtime/studio/work/desired.ts";
import { type Craft, granted } from "../../../runtime/studio/work/worker.ts";
import type { FleetOptions } from "../../fleet/manager.ts";
import type { Bench } from "./bench.ts";
import { Fleet } from "./fleet.ts";

/** Writes `content/desired` for the device, or for each device of the group. */
export function assignCraft(bench: Bench, options: FleetOptions, keyFile?: string): Craft {
  const { assignments, queue } = bench.studio;
  return {
    async do(work: Work): Promise<void> {
      await using fleet = await Fleet.connect(options, keyFile);
      const { kind, name } = targetOf(work);
      const devices =
        kind === "device" ? [name] : fleet.devices.filter((device) => isInGroup(device, name));
      let given = await assignments.of(work);
      for (const device of devices) await give(bench, fleet, device);
      // Who assigns meanwhile may have written before this; then it is written again.
      for (let tries = 0; tries < triesMax; tries++) {
        const now = await assignments.of(work);
        if (idsOf(now) === idsOf(given)) break;
        given = now;
        for (const device of devices) await give(bench, fleet, device);
      }
      granted(await assignments.written(work, given, bench.nowMs()));
    },
    failed: (work, { message }) => queue.fail(work, message, bench.nowMs()),
  };
}

/**
 * Devices that came to the broker after their group had been given its avatars get them now; says
 * how many.
 */
export async function welcomeDevices(
  bench: Bench,
  options: FleetOptions,
  keyFile?: string,
): Promise<number> {
  const groups = (await allOf(bench)).filter(({ kind }) => kind === "group");
  if (groups.length === 0) return 0;
  await using fleet = await Fleet.connect(options, keyFile);
  const newcomers = fleet.newcomers.filter((device) =>
    groups.some(({ name }) => isInGroup(device, name)),
  );
  for (const device of newcomers) await give(bench, fleet, device);
  return newcomers.length;
}

async function give(bench: Bench, fleet: Fleet, device: string): Promise<void> {
  const all = await allOf(bench);
  await fleet.desire(device, avatarsFor(device, all, await published(bench, all)));
}

const triesMax = 5;

/** Every assignment there is, however many lists that takes. */
async function allOf({ studio, nowMs }: Bench): Promise<Assignment[]> {
  const all: Assignment[] = [];
  for (;;) {
    const last = all.at(-1)?.id;
    const page = { limit: 200, ...(last === undefined ? {} : { before: last }) };
    const some = await studio.assignments.list(systemAct("", nowMs()), {}, page);
    all.push(...some);
    if (some.length < page.limit) return all;
  }
}

async function published(
  { studio, nowMs }: Bench,
  assignments: readonly Assignment[],
): Promise<ReadonlyMap<string, Avatar>> {
  const found = new Map<string, Avatar>();
  for (const id of new Set(assignments.map(({ avatarId }) => avatarId))) {
    const avatar = await studio.catalogue.get(systemAct("", nowMs()), id);
    if (!(avatar instanceof Refusal)) found.set(id, avatar);
  }
  return found;
}

function idsOf(assignments: readonly Assignment[]): string {
  return assignments.map(({ id }) => id).join(" ");
}
