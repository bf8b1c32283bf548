import { join } from "node:path";
import { type Tier, tiers } from "../../config/tiers.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { Library, type OpenedAvatar } from "../../runtime/avatar/library.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { only } from "../../runtime/mouth/shape.ts";
import { Changed } from "../../runtime/stage/changed.ts";
import { Figure } from "../../runtime/stage/figure.ts";
import { chooseLips, lipTable } from "../../runtime/stage/lips.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import { percentileOf } from "./figure-line.ts";
import { Ledger, type Step, spentMs, watched } from "./steps.ts";

/** Milliseconds of processor time a frame. */
export interface Cost {
  readonly p50: number;
  readonly p95: number;
}

/** What a frame of an avatar costs, whole and by step. */
export interface FigureCost {
  /** Opening the tier, once. */
  readonly openMs: number;
  /** Whole frames, presented to a screen in memory. */
  readonly idle: Cost;
  readonly speaking: Cost;
  /** Speaking at 0.8 of its size: resampled. */
  readonly zoomed: Cost;
  /** A speaking frame by step. */
  readonly steps: Readonly<Record<Step, Cost>>;
  /**
   * The floor: a copy of one frame that is not in the caches, as a new picture never is; one after
   * another of `floorBytes` in all.
   */
  readonly floor: Cost;
  /** The same for a frame that lies in the caches. */
  readonly floorCached: Cost;
}

/** Several times the last-level cache of what a kiosk has. */
const floorBytes = 400e6;

/** Draws `rounds` frames of each kind with the shipped package below `root`. */
export async function measureFigure(root: string, tier: Tier, rounds: number): Promise<FigureCost> {
  const folder = (id: string) => new LocalDisk(join(root, "config/avatars", id));
  const native = join(root, "build/native");
  const start = performance.now();
  using opened = failing(await new Library(folder, new TraceRing()).open("anna", tier));
  const ledger = new Ledger();
  const brushes = watched({ pictures: sharpPictures(), pixels: nativePixels(native) }, ledger);
  const figure = new Figure(opened.figure, brushes);
  const openMs = performance.now() - start;
  using display = openDisplay(native, "memory", tiers[tier]);
  const canvas = { ...newCanvas(figure.width, figure.height), changed: new Changed(figure) };
  const background = newCanvas(figure.width, figure.height);
  const mouths = mouthsOf(figure);
  const frame = (kind: "idle" | "speaking", zoom: number) => (round: number) => {
    const mouth = kind === "idle" ? -1 : mouths[round % mouths.length]!;
    figure.draw(canvas, background, { loopFrame: round, mouth }, { x: 0, y: 0, zoom });
    const startMs = spentMs();
    display.show({ pixels: canvas.pixels, text: [], changed: canvas.changed.marks });
    ledger.spend("present", spentMs() - startMs);
    canvas.changed.next();
    ledger.turn();
  };
  const zoomed = timed(rounds, frame("speaking", 0.8));
  const idle = timed(rounds, frame("idle", 1));
  ledger.clear();
  const speaking = timed(rounds, frame("speaking", 1));
  return { openMs, idle, speaking, zoomed, steps: ledger.costs(), ...floors(canvas.pixels) };
}

function failing(opened: OpenedAvatar | Error): OpenedAvatar {
  if (opened instanceof Error) throw opened;
  return opened;
}

/** The widest mouth, a round one, a narrow one: they take turns as in speech. */
function mouthsOf(figure: Figure): readonly number[] {
  const table = lipTable(figure.mouths);
  const shapes = [
    { weights: only("aa"), opening: 1 },
    { weights: only("ou"), opening: 0.5 },
    { weights: only("E"), opening: 0.4 },
  ];
  return shapes.map((shape) => chooseLips(table, shape));
}

function floors(target: Uint8Array): Pick<FigureCost, "floor" | "floorCached"> {
  const count = Math.ceil(floorBytes / target.length);
  const frames = Array.from({ length: count }, () => new Uint8Array(target.length).fill(7));
  const floor = timed(count, (round) => target.set(frames[round % count]!));
  const [first] = frames;
  return { floor, floorCached: timed(count, () => target.set(first!)) };
}

/** The first rounds, in which the compiler is still at work, are not counted. */
function timed(rounds: number, work: (round: number) => void): Cost {
  const costs: number[] = [];
  for (let round = -warmUpRounds; round < rounds; round++) {
    const startMs = spentMs();
    work(round + warmUpRounds);
    if (round >= 0) costs.push(spentMs() - startMs);
  }
  return { p50: percentileOf(costs, 0.5), p95: percentileOf(costs, 0.95) };
}

const warmUpRounds = 50;
