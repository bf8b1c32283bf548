import type { Tier } from "../../config/tiers.ts";
import type { Clock } from "../../drivers/clock/clock.ts";
import type { MouthShape } from "../mouth/shape.ts";
import { percentile } from "../percentile.ts";
import type { TierCost } from "./verdict.ts";

/** Frames of one tier, shown as the stage shows them. */
export interface Probe {
  readonly tier: Tier;
  /** Paints and presents frame `loopFrame`, with this mouth or a closed one. */
  show(loopFrame: number, mouth: MouthShape | undefined): void | Promise<void>;
}

/** Fewer rounds make the percentile the worst of a handful. */
const roundsMin = 15;
/** Frames that are not counted: the compiler and the caches see the way first. */
const warmRounds = 6;

/**
 * Measures one tier with its real frames for about `forMs`, half of them idle, half with the widest
 * mouth in turn with others. Nothing else should run meanwhile. With a clock of processor
 * time, what other programs do beside it does not count.
 */
export async function measure(
  probe: Probe,
  mouths: readonly MouthShape[],
  clock: Pick<Clock, "monotonicMs">,
  forMs: number,
): Promise<Omit<TierCost, "steps">> {
  for (let round = 0; round < warmRounds; round++) {
    await probe.show(round, mouths[round % mouths.length]);
  }
  const idle = await times(probe, [undefined], clock, forMs / 2);
  const speaking = await times(probe, mouths, clock, forMs / 2);
  return {
    tier: probe.tier,
    idleMsP50: percentile(idle, 0.5) ?? 0,
    idleMsP95: percentile(idle, 0.95) ?? 0,
    speakingMsP50: percentile(speaking, 0.5) ?? 0,
    speakingMsP95: percentile(speaking, 0.95) ?? 0,
  };
}

async function times(
  probe: Probe,
  shapes: readonly (MouthShape | undefined)[],
  clock: Pick<Clock, "monotonicMs">,
  forMs: number,
): Promise<number[]> {
  const spent: number[] = [];
  const untilMs = clock.monotonicMs() + forMs;
  for (let round = 0; round < roundsMin || clock.monotonicMs() < untilMs; round++) {
    const startMs = clock.monotonicMs();
    await probe.show(round, shapes[round % shapes.length]);
    spent.push(clock.monotonicMs() - startMs);
  }
  return spent;
}
