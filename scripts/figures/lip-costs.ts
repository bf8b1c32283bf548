import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Instant } from "../../runtime/avatar/instant.ts";
import type { OpenedAvatar } from "../../runtime/avatar/library.ts";
import { openDemo, openDemoLips } from "../bench/demo-avatar.ts";
import type { Figure } from "../bench/figure-line.ts";
import { lipCost, peerMs } from "../bench/lip-cost.ts";

const memoryScript = fileURLToPath(new URL("../bench/lip-memory.ts", import.meta.url));
const kinds = ["instant", "studio"] as const;

/** What a mouth of the demo avatar costs at run time: milliseconds, operations, memory. */
export async function* lipCostFigures(quick: boolean): AsyncIterable<Figure> {
  for (const kind of kinds) {
    for (const tier of tierNames) {
      using opened = await openDemo(kind, tier);
      await using lips = await openDemoLips(opened);
      const { p50, p95 } = await lipCost(lips, quick ? 50 : 300);
      yield line(`${tier} ${kind} mouth p50`, p50, "ms");
      yield line(`${tier} ${kind} mouth p95`, p95, "ms");
      yield* operations(opened, tier);
      if (kind === "studio" && tier === "720p") yield* againstPeer(p50);
    }
  }
  yield* memory();
}

function* operations({ figure, lips }: OpenedAvatar, tier: Tier): Iterable<Figure> {
  if (lips?.kind === "instant") {
    yield line(`${tier} instant mouth`, instantMflop(lips.instant), "MFLOP");
    return;
  }
  const [mflop = Number.NaN] = figure.parts.get("studio")?.tensor("mflop", "f32", [1]) ?? [];
  const bound = mflopMost[tier];
  const target = bound === undefined ? undefined : { atMost: bound };
  yield line(`${tier} studio mouth`, mflop, "MFLOP", target);
}

/** The ear and the choice, as `runtime/stage/ear.ts` and `units.ts` compute them. */
function instantMflop({ anchors, window, codes, units }: Instant): number {
  const rows = anchors.length / window.length + window.length + 1;
  return (3 * anchors.length + 2 * rows * codes + 6 * units.length) / 1e6;
}

const mflopMost: Readonly<Partial<Record<Tier, number>>> = {
  "540p": 150,
  "720p": 300,
  "1080p": 600,
};

async function* againstPeer(ms: number): AsyncIterable<Figure> {
  const peer = await peerMs(15);
  if (peer === undefined) {
    process.stderr.write("Cannot compare with Ultralight's U-Net: python3-torch is missing\n");
    return;
  }
  yield line("a U-Net of Ultralight's cost", peer, "ms");
  yield line("720p studio mouth / that U-Net", ms / peer, "share", { atMost: 0.1 });
}

/** What a process of its own holds, with the libraries, silent and speaking. */
async function* memory(): AsyncIterable<Figure> {
  for (const kind of ["idle", ...kinds]) {
    const { stdout } = await promisify(execFile)(process.execPath, [memoryScript, kind]);
    yield line(`720p ${kind}, a process with this alone`, Number(stdout), "MB");
  }
}

function line(
  name: string,
  value: number,
  unit: string,
  target: Figure["target"] = undefined,
): Figure {
  return { name, value, unit, target };
}
