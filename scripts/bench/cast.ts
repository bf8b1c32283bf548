import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Tier } from "../../config/tiers.ts";
import { percentile } from "../../runtime/percentile.ts";
import { type Exchange, StageBench } from "./stage-bench.ts";

/** What came of many switches in a row. */
export interface CastFigures {
  readonly switches: number;
  /** Those that ended with the avatar on the screen. */
  readonly shown: number;
  /** Frames left out in the longest row, of all switches. */
  readonly longestPauseFrames: number;
  /** 95th percentile of the longest time between two pictures around each switch. */
  readonly pauseMsP95: number;
  /** The longest time from the request, or the end of what was said, to the new picture. */
  readonly changeMsMax: number;
  /** What the process has grown by, on the mean, from the second fifth of the switches to the last. */
  readonly rssGrowthMb: number;
}

/**
 * Has a stage exchange two avatars of full size again and again, at two tiers, with recorded mouths
 * and with a network's; every other time it is asked in the middle of an utterance. In a process of
 * its own, which is started as the daemon is.
 */
export async function measureCast(switches = 100): Promise<CastFigures> {
  const main = join(import.meta.dirname, "cast-main.ts");
  const env = { ...process.env, ...memory };
  const words = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", main];
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [...words, String(switches)], { env });
  return figuresOf(JSON.parse(stdout));
}

/** As in scripts/frontdesk. */
const memory = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "131072",
  MALLOC_TRIM_THRESHOLD_: "131072",
};

/** The longest time without a new picture around each of these changes of tier, in ms. */
export async function pausesOfTiers(changes: readonly Tier[]): Promise<readonly number[]> {
  await using stage = await StageBench.open();
  const pausesMs: number[] = [];
  for (const tier of changes) {
    const { refused, pauseMs } = await stage.exchange({ id: "anna", tier }, false);
    if (refused !== undefined) throw new Error(`Cannot measure: ${refused}`);
    pausesMs.push(pauseMs);
  }
  return pausesMs;
}

function figuresOf(seen: readonly Exchange[]): CastFigures {
  const shown = seen.filter(({ refused }) => refused === undefined);
  const pausesMs = shown.map(({ pauseMs }) => pauseMs);
  const fifth = Math.max(1, Math.floor(seen.length / 5));
  const early = seen.slice(fifth, 2 * fifth);
  return {
    switches: seen.length,
    shown: shown.length,
    longestPauseFrames: Math.max(...shown.map(({ pauseFrames }) => pauseFrames)),
    pauseMsP95: percentile(pausesMs, 0.95) ?? Number.NaN,
    changeMsMax: Math.max(...shown.map(({ changeMs }) => changeMs)),
    rssGrowthMb: meanRss(seen.slice(-fifth)) - meanRss(early),
  };
}

function meanRss(some: readonly Exchange[]): number {
  return some.reduce((sum, { rssMb }) => sum + rssMb, 0) / some.length;
}
