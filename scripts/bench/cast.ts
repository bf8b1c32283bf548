import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Tier } from "../../config/tiers.ts";
import { percentile } from "../../runtime/percentile.ts";
import type { CastRun } from "./cast-main.ts";
import { StageBench } from "./stage-bench.ts";

/** What came of many switches in a row. */
export interface CastFigures {
  readonly switches: number;
  /** Those that ended with the avatar on the screen. */
  readonly shown: number;
  /** Frames left out in the longest row, of all switches. */
  readonly longestPauseFrames: number;
  /** 95th percentile of the longest time between two pictures around each switch. */
  readonly pauseMsP95: number;
  /** The most processor time between two pictures; beyond 40 ms a frame is late on any machine. */
  readonly workMsMax: number;
  /** The longest time from the request, or the end of what was said, to the new picture. */
  readonly changeMsMax: number;
  /** What the process keeps more of after all switches than after the first fifth. */
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
  return figuresOf(JSON.parse(stdout) as CastRun);
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

function figuresOf({ seen, restMb }: CastRun): CastFigures {
  const shown = seen.filter(({ refused }) => refused === undefined);
  const pausesMs = shown.map(({ pauseMs }) => pauseMs);
  return {
    switches: seen.length,
    shown: shown.length,
    longestPauseFrames: Math.max(...shown.map(({ pauseFrames }) => pauseFrames)),
    pauseMsP95: percentile(pausesMs, 0.95) ?? Number.NaN,
    workMsMax: Math.max(...shown.map(({ workMs }) => workMs)),
    changeMsMax: Math.max(...shown.map(({ changeMs }) => changeMs)),
    rssGrowthMb: (restMb.at(-1) ?? Number.NaN) - (restMb[0] ?? Number.NaN),
  };
}
