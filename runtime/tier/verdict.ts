import { framesPerSecond, type Tier, tierNames } from "../../config/tiers.ts";

/** What a frame of one tier takes on this board, in milliseconds of one core. */
export interface TierCost {
  readonly tier: Tier;
  readonly idleMsP50: number;
  readonly idleMsP95: number;
  readonly speakingMsP50: number;
  readonly speakingMsP95: number;
  /** The median of a speaking frame by step. */
  readonly steps: {
    readonly fetch: number;
    readonly blend: number;
    readonly mouth: number;
    readonly present: number;
  };
}

/** What else was seen of the board while it was measured; undefined where it does not tell. */
export interface BoardMeasure {
  readonly cores: number;
  /** A copy by one thread alone, and by one while all cores copy, in MB a second. */
  readonly oneMbPerS: number;
  readonly sharedMbPerS: number;
  readonly temperatureC: number | undefined;
  /** Highest frequency that is allowed now, as a share of what the core can do. */
  readonly frequencyShare: number | undefined;
}

/** Which tier this board sustains, and why. */
export interface Verdict {
  /** null: too weak for the lowest; such a screen shows the cloud's stream. */
  readonly tier: Tier | null;
  /** Cores that the show may keep busy: one paints, a second serves voice and messages. */
  readonly threads: number;
  /** Share of a frame's time that the tier leaves free on its core. */
  readonly reserve: number;
  /** One sentence for each tier that was looked at, lowest first, and for the board. */
  readonly reasons: readonly string[];
  /** What it would take to be judged one tier higher; null at the highest. */
  readonly next: string | null;
  /** What a frame may take at most, in milliseconds. */
  readonly budgetMs: number;
  readonly costs: readonly TierCost[];
  readonly board: BoardMeasure;
}

/** Tiers that configuration lets in and keeps out; no `allow`: all of them. */
export interface TierLists {
  readonly allow: readonly Tier[];
  readonly deny: readonly Tier[];
}

/**
 * Share of a frame's time that the stage may take on one core. The other half is for the voice, the
 * system, a warmer board with a lower clock, and the next garbage collection.
 */
const share = 0.5;

/** By so much a cost must cross the budget before an earlier verdict falls: noise does not. */
const hysteresis = 0.15;

/**
 * Judges measured costs: the highest tier whose speaking frames fit into the budget, with all tiers
 * below it fitting as well. Medians count, and the tier that was chosen before stays while its cost
 * is near the bound, so that the same board is judged the same.
 */
export function judge(
  costs: readonly TierCost[],
  board: BoardMeasure,
  lists: TierLists = { allow: [], deny: [] },
  before?: Tier | null,
): Verdict {
  const frameMs = 1000 / framesPerSecond;
  const budgetMs = frameMs * share * headroom(board);
  const reasons: string[] = [];
  let tier: Tier | null = null;
  let next: string | null = null;
  for (const cost of [...costs].sort(byTier)) {
    const isLeftOut = leftOut(cost.tier, lists);
    const bound = budgetMs * (1 + lean(cost.tier, before));
    const spent = `${cost.tier}: a speaking frame takes ${cost.speakingMsP50.toFixed(1)} ms`;
    if (cost.speakingMsP50 > bound) {
      const factor = (cost.speakingMsP50 / budgetMs).toFixed(1);
      reasons.push(
        `${spent}, ${budgetMs.toFixed(0)} ms may be: needs a core ${factor} times as fast`,
      );
      next ??= `${cost.tier} needs a core ${factor} times as fast`;
      break;
    }
    if (isLeftOut) next ??= `${cost.tier} is left out by configuration (tier.allow, tier.deny)`;
    else [tier, next] = [cost.tier, null];
    const fits = `${spent}, fits into ${budgetMs.toFixed(0)} ms`;
    reasons.push(isLeftOut ? `${cost.tier}: left out by configuration` : fits);
  }
  const chosen = costs.find((cost) => cost.tier === tier);
  const reserve = chosen ? Math.max(0, 1 - chosen.speakingMsP50 / frameMs) : 0;
  const threads = Math.min(2, board.cores);
  return {
    ...{ tier, threads, reserve: round(reserve), reasons: [...reasons, ...told(board)] },
    ...{ next, budgetMs, costs, board },
  };
}

/** A board that is slowed down already has less to give than was measured once it is warm. */
function headroom({ frequencyShare = 1, temperatureC = 0 }: Partial<BoardMeasure>): number {
  return temperatureC > hotC && frequencyShare >= 1 ? 0.8 : 1;
}

const hotC = 75;

function told({ cores, oneMbPerS, sharedMbPerS, ...heat }: BoardMeasure): string[] {
  const copies = `${oneMbPerS} MB/s copied by one thread, ${sharedMbPerS} beside the others`;
  const { temperatureC, frequencyShare } = heat;
  return [
    `${cores} cores, ${copies}`,
    ...(temperatureC === undefined ? [] : [`${temperatureC.toFixed(0)} degrees while measured`]),
    ...(frequencyShare === undefined || frequencyShare >= 1
      ? []
      : [`slowed to ${(frequencyShare * 100).toFixed(0)} % of its clock`]),
  ];
}

/** The earlier verdict's tier is kept a little longer, one above it is asked a little more. */
function lean(tier: Tier, before: Tier | null | undefined): number {
  if (before === undefined) return 0;
  const known = before === null ? -1 : tierNames.indexOf(before);
  return tierNames.indexOf(tier) <= known ? hysteresis : -hysteresis;
}

function leftOut(tier: Tier, { allow, deny }: TierLists): boolean {
  return deny.includes(tier) || (allow.length > 0 && !allow.includes(tier));
}

function byTier(a: TierCost, b: TierCost): number {
  return tierNames.indexOf(a.tier) - tierNames.indexOf(b.tier);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
