import { framesPerSecond, type Tier, tierNames } from "../../config/tiers.ts";

/** What a frame of one tier takes on this board, in milliseconds of one core. */
export interface TierCost {
  readonly tier: Tier;
  readonly idleMsP95: number;
  readonly speakingMsP95: number;
}

/** Which tier this board sustains, and why. */
export interface Verdict {
  /** null: too weak for the lowest; such a screen shows the cloud's stream. */
  readonly tier: Tier | null;
  /** One sentence for each tier that was looked at, lowest first. */
  readonly reasons: readonly string[];
  /** What a frame may take at most, in milliseconds. */
  readonly budgetMs: number;
  readonly costs: readonly TierCost[];
}

/**
 * Share of a frame's time that the stage may take on one core. The other half is for the voice, the
 * system, a warmer board with a lower clock, and the next garbage collection.
 */
const share = 0.5;

/**
 * Judges measured costs: the highest tier whose speaking frames fit into the budget, with all tiers
 * below it fitting as well. `allowed` leaves tiers out, whatever they cost.
 */
export function judge(costs: readonly TierCost[], allowed: readonly Tier[] = tierNames): Verdict {
  const budgetMs = (1000 / framesPerSecond) * share;
  const reasons: string[] = [];
  let tier: Tier | null = null;
  for (const cost of [...costs].sort(byTier)) {
    const fits = cost.speakingMsP95 <= budgetMs;
    const spent = `${cost.tier}: a speaking frame takes ${cost.speakingMsP95.toFixed(1)} ms`;
    if (!allowed.includes(cost.tier)) {
      reasons.push(`${cost.tier}: left out by configuration`);
    } else if (fits) {
      tier = cost.tier;
      reasons.push(`${spent}, fits into ${budgetMs} ms`);
    } else {
      const factor = (cost.speakingMsP95 / budgetMs).toFixed(1);
      reasons.push(`${spent}, ${budgetMs} ms may be: needs a core ${factor} times as fast`);
      break;
    }
  }
  return { tier, reasons, budgetMs, costs };
}

function byTier(a: TierCost, b: TierCost): number {
  return tierNames.indexOf(a.tier) - tierNames.indexOf(b.tier);
}
