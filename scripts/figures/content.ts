import { refuseArchives } from "../bench/archives.ts";
import { measureCast } from "../bench/cast.ts";
import { tearContent } from "../bench/content-torn.ts";
import type { Figure } from "../bench/figure-line.ts";
import { resume } from "../bench/resume.ts";
import { attackTrust } from "../bench/trust-attacks.ts";

type Measure = (quick: boolean) => AsyncIterable<Figure>;

/** What issue "content" promises, by its parts. */
export const contentFigures: Readonly<Record<string, Measure>> = {
  trust,
  store,
  archives,
  line,
  cast,
};

/** Attacks on a device by who stands between it and the repository, or holds some of its keys. */
async function* trust(): AsyncIterable<Figure> {
  const { attacks, refused, codes } = await attackTrust(Date.now());
  const share = (100 * refused) / attacks;
  const target = { atLeast: 100 };
  yield {
    name: `attacks of ${attacks} on the repository: refused`,
    value: share,
    unit: "%",
    target,
  };
  yield { name: "codes that tell them apart", value: codes, unit: "", target: undefined };
}

/** The power goes while avatars are installed, switched, taken back and collected. */
async function* store(quick: boolean): AsyncIterable<Figure> {
  const { cuts, unreadable, neither, stuck } = await tearContent(quick ? 500 : 10_000);
  const target = quick ? undefined : { atLeast: 10_000 };
  yield { name: "install and switch: torn writes tried", value: cuts, unit: "", target };
  yield none("install and switch: unreadable states", unreadable);
  yield none("neither the release before nor the one after", neither);
  yield none("starts that could not go on", stuck);
}

async function* archives(): AsyncIterable<Figure> {
  const { count, refused, wrong, outside, growthBytes } = refuseArchives();
  const growth = growthBytes / 1e6;
  yield { name: "malicious archives", value: count, unit: "", target: { atLeast: 200 } };
  yield none("of them taken, or refused as something else", count - refused + wrong.length);
  yield none("of them written anything outside staging", outside.length);
  yield { name: "peak memory they cost", value: growth, unit: "MB", target: { atMost: 32 } };
}

/** A download over a line that is cut again and again, with a new start after every tenth cut. */
async function* line(quick: boolean): AsyncIterable<Figure> {
  const bytes = quick ? 8_000_000 : 25_000_000;
  const wish = { bytes, cuts: 50, cutsPerStart: 10, seed: 9 };
  const { cuts, starts, isRight, twice } = await resume(wish);
  const name = `${cuts} cuts and ${starts} starts in a download`;
  yield none(`${name}: wrong files`, isRight ? 0 : 1);
  yield { name: `${name}: fetched twice`, value: 100 * twice, unit: "%", target: { atMost: 5 } };
}

async function* cast(quick: boolean): AsyncIterable<Figure> {
  const due = quick ? 20 : 100;
  const told = await measureCast(due);
  const name = `${told.switches} switches of avatars`;
  yield { name: `${name}: shown`, value: told.shown, unit: "", target: { atLeast: due } };
  yield plain(`${name}: longest row of frames left out`, told.longestPauseFrames, "frames");
  yield plain("time between pictures around a switch, p95", told.pauseMsP95, "ms");
  yield bound("processor time between two pictures, longest", told.workMsMax, "ms", 40);
  yield bound("asked, or silent, to the new picture, longest", told.changeMsMax, "ms", 1_000);
  yield bound(`${name}: growth`, told.rssGrowthMb, "MB", 2);
}

function bound(name: string, value: number, unit: string, atMost: number): Figure {
  return { name, value, unit, target: { atMost } };
}

function none(name: string, value: number): Figure {
  return { name, value, unit: "", target: { atMost: 0 } };
}

function plain(name: string, value: number, unit: string): Figure {
  return { name, value, unit, target: undefined };
}
