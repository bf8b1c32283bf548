import { refuseArchives } from "../bench/archives.ts";
import { tearContent } from "../bench/content-torn.ts";
import type { Figure } from "../bench/figure-line.ts";
import { type Resumed, resume } from "../bench/resume.ts";

/** How avatars get onto a board: through power cuts, malicious archives and bad lines. */
export async function* storeFigures(quick: boolean): AsyncIterable<Figure> {
  yield* torn(quick ? 1_000 : 10_000);
  yield* archives();
  yield* resumed(quick ? 6_000_000 : 24_000_000);
}

async function* torn(cutsMax: number): AsyncIterable<Figure> {
  const { cuts, unreadable, neither, stuck } = await tearContent(cutsMax);
  const target = cutsMax >= 10_000 ? { atLeast: 10_000 } : undefined;
  yield { name: "install and switch: torn writes tried", value: cuts, unit: "", target };
  yield none("of these unreadable states", unreadable);
  yield none("of these neither the old release nor the new", neither);
  yield none("of these that the next start could not finish", stuck);
}

function* archives(): Iterable<Figure> {
  const { count, refused, wrong, outside, growthBytes } = refuseArchives();
  const name = "malicious archives";
  yield { name: `${name} tried`, value: count, unit: "", target: { atLeast: 200 } };
  yield none(`${name} that were taken`, count - refused);
  yield none(`${name} refused by another code than theirs`, wrong.length);
  yield none(`${name} that wrote outside staging`, outside.length);
  const value = growthBytes / 1e6;
  yield { name: `${name}: peak RSS added`, value, unit: "MB", target: { atMost: 32 } };
}

async function* resumed(bytes: number): AsyncIterable<Figure> {
  const wish = { bytes, cuts: 50, seed: 1 };
  yield* line("50 random cuts", await resume({ ...wish, cutsPerStart: 51 }));
  yield* line("50 random cuts and 10 restarts", await resume({ ...wish, cutsPerStart: 5 }));
}

function* line(name: string, { isRight, twice }: Resumed): Iterable<Figure> {
  yield {
    name: `${name}: right hash`,
    value: isRight ? 1 : 0,
    unit: "yes",
    target: { atLeast: 1 },
  };
  const value = twice * 100;
  yield { name: `${name}: fetched twice`, value, unit: "%", target: { atMost: 5 } };
}

function none(name: string, value: number): Figure {
  return { name, value, unit: "", target: { atMost: 0 } };
}
