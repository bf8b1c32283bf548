import { join } from "node:path";
import type { Tier } from "../../config/tiers.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { Library } from "../../runtime/avatar/library.ts";
import type { AvatarTier } from "../../runtime/avatar/tier.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { only } from "../../runtime/mouth/shape.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import { chooseLips, lipTable } from "../../runtime/stage/lips.ts";
import { changeBackground } from "../../runtime/stage/matte.ts";
import { PatchPainter } from "../../runtime/stage/patch.ts";
import { newCanvas, rasterOver } from "../../runtime/stage/raster.ts";
import { percentileOf } from "./figure-line.ts";

/** Milliseconds a frame. */
export interface Cost {
  readonly p50: number;
  readonly p95: number;
}

/** What a frame of an avatar costs, whole and by step. */
export interface FigureCost {
  /** Opening the tier and decoding its mouths, once. */
  readonly openMs: number;
  readonly decode: Cost;
  readonly matte: Cost;
  readonly patch: Cost;
  readonly idle: Cost;
  readonly speaking: Cost;
  /** At 0.8 of its size: resampled. */
  readonly zoomed: Cost;
  /** A memory copy of the same frame: the floor. */
  readonly copy: Cost;
}

/** Draws `rounds` frames of each kind with the shipped package below `root`. */
export async function measureFigure(root: string, tier: Tier, rounds: number): Promise<FigureCost> {
  const folder = (id: string) => new LocalDisk(join(root, "config/avatars", id));
  const start = performance.now();
  const opened = await new Library(folder, new TraceRing()).open("anna", tier);
  if (opened instanceof Error) throw opened;
  const figure = new Figure(opened.figure, sharpPictures());
  const openMs = performance.now() - start;
  return { openMs, ...wholeFrames(figure, rounds), ...steps(opened.figure, rounds) };
}

function wholeFrames(figure: Figure, rounds: number) {
  const canvas = newCanvas(figure.width, figure.height);
  const background = newCanvas(figure.width, figure.height);
  const mouth = chooseLips(lipTable(figure.mouths), { weights: only("aa"), opening: 1 });
  const frame = (pose: number, zoom: number) => (loopFrame: number) =>
    figure.draw(canvas, background, { loopFrame, mouth: pose }, { x: 0, y: 0, zoom });
  return {
    idle: timed(rounds, frame(-1, 1)),
    speaking: timed(rounds, frame(mouth, 1)),
    zoomed: timed(rounds, frame(mouth, 0.8)),
    copy: timed(rounds, () => canvas.pixels.set(background.pixels)),
  };
}

function steps(tier: AvatarTier, rounds: number) {
  const { width, height, frames, matte, backdrop, mouth } = tier;
  const pictures = sharpPictures();
  const canvas = newCanvas(width, height);
  const picture = rasterOver(canvas);
  const background = rasterOver(newCanvas(width, height));
  const patch = rasterOver(newCanvas(mouth.width, mouth.height));
  patch.words.fill(0xff8090c0);
  const painter = new PatchPainter(tier);
  const at = (round: number) => round % frames.length;
  return {
    decode: timed(rounds, (round) =>
      pictures.decodeFrame(frames[at(round)]!, width, height, canvas.pixels),
    ),
    matte: timed(rounds, (round) =>
      changeBackground({ picture, matte, backdrop }, at(round), background),
    ),
    patch: timed(rounds, (round) => painter.draw(picture, patch, at(round))),
  };
}

/** The first rounds, in which the compiler is still at work, are not counted. */
function timed(rounds: number, work: (round: number) => void): Cost {
  const costs: number[] = [];
  for (let round = -warmUpRounds; round < rounds; round++) {
    const start = performance.now();
    work(round + warmUpRounds);
    if (round >= 0) costs.push(performance.now() - start);
  }
  return { p50: percentileOf(costs, 0.5), p95: percentileOf(costs, 0.95) };
}

const warmUpRounds = 50;
