import { measureDrift } from "../bench/drift.ts";
import type { Figure } from "../bench/figure-line.ts";

const hours = 72;

/** Mouth and sound over three virtual days beside devices whose clocks are not ours. */
export async function* driftFigures(quick: boolean): AsyncIterable<Figure> {
  for (const skewPpm of quick ? [100] : [-100, 0, 100]) {
    yield* figures(`72 h, device at ${skewPpm} ppm`, { hours, skewPpm, jumps: false });
  }
  const what = "72 h, device at 100 ppm that stands still, voice that is late";
  yield* figures(what, { hours, skewPpm: 100, jumps: true });
}

function* figures(name: string, days: Parameters<typeof measureDrift>[0]): Iterable<Figure> {
  const { worstMs, slopeMsPerDay, underruns } = measureDrift(days);
  yield {
    name: `${name}: A/V offset p95, worst hour`,
    value: worstMs,
    unit: "ms",
    target: { atMost: 20 },
  };
  const target = { atMost: 0.5 };
  yield { name: `${name}: trend`, value: Math.abs(slopeMsPerDay), unit: "ms/day", target };
  if (days.jumps)
    yield { name: `${name}: under-runs`, value: underruns, unit: "", target: undefined };
}
