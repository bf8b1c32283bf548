import type { Tier } from "../../config/tiers.ts";
import type { Clock } from "../../drivers/clock/clock.ts";
import type { MouthShape } from "../mouth/shape.ts";
import type { TierCost } from "./verdict.ts";

/** Frames of one tier, shown as the stage shows them. */
export interface Probe {
  readonly tier: Tier;
  /** Paints and presents frame `loopFrame`, with this mouth or a closed one. */
  show(loopFrame: number, mouth: MouthShape | undefined): void;
}

/** Fewer rounds make the percentile the worst of a handful. */
const roundsMin = 25;
/** Frames that are not counted: the compiler and the caches see the way first. */
const warmRounds = 8;

/**
 * Measures one tier with its real frames for about `forMs`, half of them idle, half with the widest
 * mouth in turn with others. Blocks; nothing else should run meanwhile.
 */
export function measure(
  probe: Probe,
  mouths: readonly MouthShape[],
  clock: Pick<Clock, "monotonicMs">,
  forMs: number,
): TierCost {
  const kinds = { idle: [undefined], speaking: mouths };
  for (let round = 0; round < warmRounds; round++) probe.show(round, mouths[round % mouths.length]);
  const costs = Object.entries(kinds).map(([, shapes]) =>
    percentile95(times(probe, shapes, clock, forMs / 2)),
  );
  const [idleMsP95 = 0, speakingMsP95 = 0] = costs;
  return { tier: probe.tier, idleMsP95, speakingMsP95 };
}

function times(
  probe: Probe,
  shapes: readonly (MouthShape | undefined)[],
  clock: Pick<Clock, "monotonicMs">,
  forMs: number,
): number[] {
  const spent: number[] = [];
  const untilMs = clock.monotonicMs() + forMs;
  for (let round = 0; round < roundsMin || clock.monotonicMs() < untilMs; round++) {
    const startMs = clock.monotonicMs();
    probe.show(round, shapes[round % shapes.length]);
    spent.push(clock.monotonicMs() - startMs);
  }
  return spent;
}

/** Nearest-rank. */
function percentile95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
}
