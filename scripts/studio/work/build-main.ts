import { createInterface } from "node:readline";
import { DepotError } from "../../../drivers/depot/depot.ts";
import { lockFolder } from "../../../drivers/depot/lock.ts";
import { build, type Place } from "../../avatar/build/build.ts";
import { demandPackages } from "../../avatar/build/needs.ts";
import type { Order } from "../../avatar/build/order.ts";
import { writeReport } from "../../avatar/build/report.ts";
import { BuildRefused } from "../../avatar/build/trouble.ts";
import { previews } from "../../avatar/preview.ts";
import type { Told } from "./build-child.ts";

/**
 * A build in a process group of its own: its order is the first line of standard input, what it
 * does are lines of JSON on standard output. It ends, with all that it has started, when its
 * standard input ends: then the worker that wants it is gone, and another may be at it.
 */
const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => void run(JSON.parse(line)));
lines.once("close", () => process.kill(-process.pid, "SIGKILL"));

async function run({ order, place }: { order: Order; place: Place }): Promise<void> {
  try {
    await demandPackages(order);
    await using _held = await lockFolder(place.work);
    const manifest = await build(order, place, {
      plan: (parts) => tell({ kind: "plan", parts }),
      progress: (step, progress) => tell({ kind: "progress", step, progress }),
      trouble: (step, trouble) => tell({ kind: "trouble", step, trouble }),
      done: (name) => tell({ kind: "done", name }),
    });
    writeReport(place.work, order, manifest, await previews(place.out, order.tiers));
    tell({ kind: "built" });
  } catch (error) {
    const isInUse = error instanceof DepotError && error.code === "DEPOT_IN_USE";
    const message = isInUse ? `Cannot build: another worker is at it` : String(error);
    tell({ kind: "failed", message, isRefused: isFinal(error) });
  }
  process.stdout.end(() => process.exit());
}

/** The footage is at fault: it would be so again. */
function isFinal(error: unknown): boolean {
  return error instanceof BuildRefused || error instanceof RangeError;
}

function tell(told: Told): void {
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
