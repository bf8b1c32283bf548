import { join } from "node:path";
import { tierNames } from "../../config/tiers.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { Library } from "../../runtime/avatar/library.ts";

/**
 * `node --expose-gc scripts/bench/open-tier.ts FOLDER ID TIER`: opens one tier of a package in a
 * process of its own and prints what that costs: `{"ms": ..., "residentBytes": ...}`.
 */
const [folder = "", id = "", name = ""] = process.argv.slice(2);
const tier = tierNames.find((one) => one === name);
if (tier === undefined) throw new Error(`Cannot open tier "${name}": there are ${tierNames}`);
const library = new Library((wanted) => new LocalDisk(join(folder, wanted)), { note: () => {} });
const before = resident();
const start = process.cpuUsage();
const opened = await library.open(id, tier);
const { user, system } = process.cpuUsage(start);
if (opened instanceof Error) throw opened;
const residentBytes = resident() - before;
process.stdout.write(`${JSON.stringify({ ms: (user + system) / 1000, residentBytes })}\n`);
opened[Symbol.dispose]();

function resident(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}
