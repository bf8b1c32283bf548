import { chownSync, existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Config, withTier } from "../../config/config.ts";
import { systemStamps } from "../../drivers/clock/stamps.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { DepotError } from "../../drivers/depot/depot.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { settledTier } from "../../runtime/tier/kept.ts";
import { residentsOf } from "../../runtime/wiring/avatars.ts";
import { isQuiet, Warehouse, type WarehouseParts } from "../../runtime/wiring/warehouse.ts";
import { readVerdict } from "../profile/kept.ts";

const root = join(import.meta.dirname, "../..");
const clock = systemClock();

/** The avatars of this device in this program's own hands, while no daemon has them. */
export interface Here extends AsyncDisposable {
  readonly warehouse: Warehouse;
  /** Brings what is due, and resolves when nothing is any more. */
  settle(): Promise<void>;
}

/** Rejects with a DepotError while a daemon has them, else with what to do about it. */
export async function openHere(config: Config): Promise<Here> {
  try {
    return await open(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof DepotError || code === undefined) throw error;
    const isDenied = code === "EACCES" || code === "EPERM";
    const due = isDenied ? "run it as root or as the daemon's user" : "a folder of ours is due";
    throw new Error(`Cannot open the avatars below ${config.state}: ${message}, ${due}`, {
      cause: error,
    });
  }
}

async function open(config: Config): Promise<Here> {
  const settled = withTier(
    config,
    settledTier(config.avatar.tier, await readVerdict(config.state)),
  );
  const stamps = systemStamps(clock);
  const isSynced = existsSync("/run/systemd/timesync/synchronized");
  const parts: WarehouseParts = {
    ...{ clock, stamps, isShow: false, trace: { note: () => {} }, happened: () => {} },
    disk: await LocalDisk.open(config.state),
    shipped: new Set((await residentsOf(root, settled)).ids()),
    config: () => settled,
    knowsTime: () => config.clock === "board" || isSynced,
  };
  const warehouse = await Warehouse.open(parts);
  return {
    warehouse,
    settle: () => settle(warehouse, parts),
    async [Symbol.asyncDispose]() {
      await warehouse[Symbol.asyncDispose]();
      handOver(config.state);
    },
  };
}

async function settle({ keeper }: Warehouse, parts: WarehouseParts): Promise<void> {
  const { stamps, config, knowsTime } = parts;
  const { probationMs } = config().content;
  do {
    const moment = { nowMs: clock.monotonicMs(), wallMs: stamps.wallMs(), knowsTime: knowsTime() };
    const isPaused = isQuiet(parts);
    await keeper.turn({ ...moment, isQuiet: isPaused, probationMs, counts: undefined });
    if (isPaused) return;
    await clock.sleepUntil(moment.nowMs + 100);
  } while (keeper.isBusy(clock.monotonicMs()));
}

/** What root made belongs to whom the folder belongs: the daemon has to write there too. */
export function handOver(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  const made = globSync(["content.*", "{content,trust}", "{content,trust}/**"], { cwd: folder });
  for (const name of made) chownSync(join(folder, name), uid, gid);
}
