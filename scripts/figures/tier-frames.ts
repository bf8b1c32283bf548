import { parseConfig } from "../../config/config.ts";
import type { TierCost } from "../../runtime/tier/verdict.ts";
import type { Figure } from "../bench/figure-line.ts";
import { measureFloor } from "../bench/floor.ts";
import { measureTiers } from "../profile/measure.ts";

/** What a frame of the demo avatar costs at each tier, by step, upright and resampled. */
export async function* tierFrameFigures(quick: boolean): AsyncIterable<Figure> {
  const forMs = quick ? 300 : 1500;
  for (const cost of await measureTiers(parseConfig({}, "the defaults"), forMs)) {
    yield* whole(cost.tier, cost);
    for (const [step, ms] of Object.entries(cost.steps)) {
      yield line(`${cost.tier} speaking frame, ${step} p50`, ms);
    }
    yield line(`${cost.tier} copy of a frame`, measureFloor(cost.tier).cold);
  }
  const zoomed = parseConfig({ scene: { zoom: 0.8 } }, "a smaller figure");
  for (const cost of await measureTiers(zoomed, forMs)) yield* whole(`${cost.tier} at 0.8`, cost);
}

function* whole(name: string, cost: TierCost): Iterable<Figure> {
  yield line(`${name} frame, idle p50`, cost.idleMsP50);
  yield line(`${name} frame, idle p95`, cost.idleMsP95);
  yield line(`${name} frame, speaking p50`, cost.speakingMsP50);
  yield line(`${name} frame, speaking p95`, cost.speakingMsP95);
}

function line(name: string, value: number): Figure {
  return { name, value, unit: "ms", target: undefined };
}
