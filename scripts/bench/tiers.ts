import type { Config } from "../../config/config.ts";
import type { Tier } from "../../config/tiers.ts";
import type { TierCost } from "../../runtime/tier/verdict.ts";
import { measureTiers } from "../profile/measure.ts";
import { type Floor, measureFloor } from "./floor.ts";
import { measureRivals, type RivalCost } from "./rivals.ts";

/** What each tier costs on this machine, beside what a user would run instead; milliseconds. */
export interface TierBench {
  readonly tiers: Readonly<Partial<Record<Tier, TierFacts>>>;
  readonly rivals: readonly RivalCost[];
}

export interface TierFacts {
  readonly speakingP50Ms: number;
  readonly speakingP95Ms: number;
  readonly idleP50Ms: number;
  readonly idleP95Ms: number;
  /** Medians of a speaking frame by step. */
  readonly stepsMs: TierCost["steps"];
  readonly floorMs: number;
  readonly floorWarmMs: number;
  /** Fetch, blend and present of a speaking frame against a copy of it. */
  readonly floorRatio: number;
  /** The mouth of a frame against one run of the Ultralight-shaped network. */
  readonly mouthToUltralight: number;
}

/** Measures everything in one run, each tier for about `forMs` of processor time. */
export async function benchTiers(config: Config, forMs: number): Promise<TierBench> {
  const costs = await measureTiers(config, forMs);
  const rivals = await measureRivals(forMs > 1000 ? 15 : 5);
  const facts = costs.map((cost) => [cost.tier, factsOf(cost, measureFloor(cost.tier), rivals)]);
  return { tiers: Object.fromEntries(facts) as TierBench["tiers"], rivals };
}

function factsOf(cost: TierCost, floor: Floor, [ultralight]: readonly RivalCost[]): TierFacts {
  const { fetch, blend, mouth, present } = cost.steps;
  return {
    speakingP50Ms: round(cost.speakingMsP50),
    speakingP95Ms: round(cost.speakingMsP95),
    idleP50Ms: round(cost.idleMsP50),
    idleP95Ms: round(cost.idleMsP95),
    stepsMs: {
      fetch: round(fetch),
      blend: round(blend),
      mouth: round(mouth),
      present: round(present),
    },
    floorMs: round(floor.cold),
    floorWarmMs: round(floor.warm),
    floorRatio: round((fetch + blend + present) / floor.cold),
    mouthToUltralight: round(mouth / (ultralight?.p50 ?? Number.NaN)),
  };
}

/** Microseconds are the end of what was measured. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

const heads = [
  ...["tier, ms a frame", "idle", "p95", "speaking", "p95"],
  ...["fetch", "blend", "mouth", "present", "copy", "/ copy"],
];

/** The bench as lines of a table. */
export function tierTable({ tiers, rivals }: TierBench): string {
  const rows = Object.entries(tiers).map(([tier, facts]) => {
    const { fetch, blend, mouth, present } = facts.stepsMs;
    const cells = [
      ...[facts.idleP50Ms, facts.idleP95Ms, facts.speakingP50Ms, facts.speakingP95Ms],
      ...[fetch, blend, mouth, present, facts.floorMs, facts.floorRatio],
    ];
    return `| ${tier} | ${cells.map((cell) => cell.toFixed(2)).join(" | ")} |`;
  });
  const others = rivals.map(({ name, gflop, p50, p95 }) => {
    return `| ${name} (${gflop.toFixed(1)} GFLOP) | ${p50.toFixed(1)} | ${p95.toFixed(1)} |`;
  });
  return [
    `| ${heads.join(" | ")} |`,
    "|---|---|---|---|---|---|---|---|---|---|---|",
    ...rows,
    "",
    "| instead of our mouth, ms a frame | p50 | p95 |",
    "|---|---|---|",
    ...others,
  ].join("\n");
}
