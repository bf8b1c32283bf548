import { fileURLToPath } from "node:url";
import { tierNames } from "../../config/tiers.ts";
import { type Cost, measureFigure } from "../bench/figure.ts";
import type { Figure } from "../bench/figure-line.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a frame of the demo avatar costs at each tier, by step; ratios are of medians. */
export async function* avatarFigures(quick: boolean): AsyncIterable<Figure> {
  for (const tier of tierNames) {
    const cost = await measureFigure(root, tier, quick ? 100 : 500);
    yield line(`${tier} open, once`, cost.openMs);
    for (const whole of ["idle", "speaking", "zoomed"] as const) {
      yield* spread(`${tier} frame, ${whole}`, cost[whole]);
    }
    for (const step of ["fetch", "blend", "mouth", "present"] as const) {
      yield* spread(`${tier} speaking frame, ${step}`, cost.steps[step]);
    }
    yield* spread(`${tier} copy of a frame`, cost.floor);
  }
}

function* spread(name: string, { p50, p95 }: Cost): Iterable<Figure> {
  yield line(`${name} p50`, p50);
  yield line(`${name} p95`, p95);
}

function line(name: string, value: number, unit = "ms"): Figure {
  return { name, value, unit, target: undefined };
}
