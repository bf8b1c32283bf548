import { type Viseme, visemes } from "../../runtime/mouth/viseme.ts";

/**
 * Scores mouth shapes against known ones, number for number as the benchmark's own `score.py`.
 * Systems with fewer shapes may say coarse ones; then only coarse numbers are meaningful.
 */
export type Shape = Viseme | Coarse;

export type Coarse = "closed" | "rounded" | "open" | "other";

/** [start s, end s, shape], in order. */
export type Segment = readonly [number, number, Shape];

export interface Clip {
  readonly dur: number;
  readonly segments: readonly Segment[];
}

export interface Score {
  readonly clips: number;
  /** Share of 25 fps frames with the right viseme; undefined for coarse systems. */
  readonly acc15: number | undefined;
  /** Share of frames with the right of closed, FF, rounded, open, other. */
  readonly coarse5: number;
  /** Lip closures (p b m), found within 40 ms. */
  readonly closureRecall: number;
  readonly closurePrecision: number;
  readonly closureF1: number;
  readonly onsetFound: number;
  readonly onsetMedianMs: number;
  readonly onsetP95Ms: number;
  /** Positive: late. */
  readonly onsetBiasMs: number;
  /** Changes for each true change. */
  readonly switchRate: number;
}

/** `said` gives each clip's shapes over its whole length, on the sound's own time. */
export function score(
  clips: ReadonlyMap<string, Clip>,
  said: ReadonlyMap<string, Segments>,
): Score {
  const fine = [...said.values()].every((rows) => rows.every(([, , shape]) => isViseme(shape)));
  const tally = new Tally();
  for (const [id, clip] of clips) {
    const rows = gapless(said.get(id) ?? [], clip.dur);
    tally.countFrames(clip, rows);
    tally.countClosures(runs(clip.segments), runs(rows));
    const shape = fine ? itself : coarseOf;
    tally.countOnsets(runs(clip.segments, shape), runs(rows, shape));
  }
  return tally.result(clips.size, fine);
}

export type Segments = readonly Segment[];

const frameSeconds = 0.04;
const toleranceSeconds = 0.04;
const onsetWindowSeconds = 0.12;
const shortestSeconds = 0.03;

class Tally {
  #frames = 0;
  #right = 0;
  #rightCoarse = 0;
  #closures = 0;
  #closuresFound = 0;
  #said = 0;
  #saidRightly = 0;
  #onsets = 0;
  #changes = 0;
  #changesSaid = 0;
  readonly #errors: number[] = [];

  countFrames(clip: Clip, said: Segments): void {
    const count = Math.max(1, roundHalfEven(clip.dur / frameSeconds));
    const truth = framesOf(clip.segments, count);
    const shown = framesOf(said, count);
    this.#frames += count;
    for (const [at, shape] of truth.entries()) {
      if (shown[at] === shape) this.#right++;
      if (coarseOf(shown[at] ?? "sil") === coarseOf(shape)) this.#rightCoarse++;
    }
  }

  countClosures(truth: Segments, said: Segments): void {
    const closures = truth.filter(([, , shape]) => shape === "PP");
    // A system without a closure of its own shows "closed".
    const own = said.filter(([, , shape]) => shape === "PP");
    const shut = own.length > 0 ? own : said.filter(([, , shape]) => shape === "closed");
    this.#closures += closures.length;
    this.#closuresFound += closures.filter((one) => shut.some((run) => meet(run, one))).length;
    this.#said += shut.length;
    this.#saidRightly += shut.filter((run) => closures.some((one) => meet(run, one))).length;
  }

  countOnsets(truth: Segments, said: Segments): void {
    this.#changes += truth.length - 1;
    this.#changesSaid += said.length - 1;
    for (const [start, end, shape] of truth.slice(1)) {
      if (end - start < shortestSeconds) continue;
      this.#onsets++;
      const errors = said
        .filter((run) => run[2] === shape && Math.abs(run[0] - start) <= onsetWindowSeconds)
        .map((run) => run[0] - start);
      const nearest = nearestToZero(errors);
      if (nearest !== undefined) this.#errors.push(nearest);
    }
  }

  result(clips: number, fine: boolean): Score {
    const closureRecall = this.#closuresFound / Math.max(1, this.#closures);
    const closurePrecision = this.#saidRightly / Math.max(1, this.#said);
    const sum = Math.max(1e-9, closureRecall + closurePrecision);
    const sizes = this.#errors.map(Math.abs);
    return {
      clips,
      acc15: fine ? this.#right / this.#frames : undefined,
      coarse5: this.#rightCoarse / this.#frames,
      closureRecall,
      closurePrecision,
      closureF1: (2 * closureRecall * closurePrecision) / sum,
      onsetFound: this.#errors.length / Math.max(1, this.#onsets),
      onsetMedianMs: 1000 * quantile(sizes, 0.5),
      onsetP95Ms: 1000 * quantile(sizes, 0.95),
      onsetBiasMs: 1000 * quantile(this.#errors, 0.5),
      switchRate: this.#changesSaid / Math.max(1, this.#changes),
    };
  }
}

function isViseme(shape: Shape): shape is Viseme {
  return (visemes as readonly string[]).includes(shape);
}

function coarseOf(shape: Shape): Coarse | "FF" {
  switch (shape) {
    case "sil":
    case "PP":
    case "closed":
      return "closed";
    case "ou":
    case "oh":
    case "RR":
    case "rounded":
      return "rounded";
    case "aa":
    case "E":
    case "ih":
    case "open":
      return "open";
    case "FF":
      return "FF";
    default:
      return "other";
  }
}

function meet(run: Segment, one: Segment): boolean {
  return run[0] < one[1] + toleranceSeconds && run[1] > one[0] - toleranceSeconds;
}

/** The shape that covers most of each frame. */
function framesOf(segments: Segments, count: number): Shape[] {
  const frames: Shape[] = [];
  let first = 0;
  for (let frame = 0; frame < count; frame++) {
    const [start, end] = [frame * frameSeconds, (frame + 1) * frameSeconds];
    while (first < segments.length && segments[first]![1] <= start) first++;
    let best: Shape = "sil";
    let most = 0;
    for (let at = first; at < segments.length && segments[at]![0] < end; at++) {
      const [from, until, shape] = segments[at]!;
      const shared = Math.min(end, until) - Math.max(start, from);
      if (shared > most + 1e-9) [best, most] = [shape, shared];
    }
    frames.push(best);
  }
  return frames;
}

/** Neighbours of one shape become one. */
function runs(segments: Segments, shapeOf: (shape: Shape) => Shape = itself): Segments {
  const joined: [number, number, Shape][] = [];
  for (const [start, end, said] of segments) {
    const shape = shapeOf(said);
    const last = joined.at(-1);
    if (last && last[2] === shape && start - last[1] < 1e-3) last[1] = end;
    else joined.push([start, end, shape]);
  }
  return joined;
}

function itself(shape: Shape): Shape {
  return shape;
}

/** The segments with silence where nothing is said, over the clip's whole length. */
function gapless(segments: Segments, seconds: number): Segments {
  const whole: Segment[] = [];
  let until = 0;
  for (const segment of segments) {
    const [start, end] = segment;
    if (start > until + 1e-6) whole.push([until, start, "sil"]);
    if (end <= start) continue;
    whole.push(segment);
    until = end;
  }
  if (until < seconds) whole.push([until, seconds, "sil"]);
  return whole;
}

function nearestToZero(values: readonly number[]): number | undefined {
  let nearest = values[0];
  for (const value of values) if (Math.abs(value) < Math.abs(nearest!)) nearest = value;
  return nearest;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
