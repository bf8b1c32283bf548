import { join } from "node:path";
import { type Config, withTier } from "../../config/config.ts";
import { framesPerSecond, type Tier, tierNames, tiers } from "../../config/tiers.ts";
import { measureBandwidth } from "../../drivers/board/bandwidth.ts";
import { LinuxBoard } from "../../drivers/board/linux.ts";
import { readProcessor } from "../../drivers/board/processor.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { type MouthShape, only } from "../../runtime/mouth/shape.ts";
import { Changed } from "../../runtime/stage/changed.ts";
import type { Moment } from "../../runtime/stage/moment.ts";
import { newCanvas } from "../../runtime/stage/raster.ts";
import { openScene } from "../../runtime/stage/scene.ts";
import { Subtitle } from "../../runtime/stage/subtitle.ts";
import { measure } from "../../runtime/tier/profile.ts";
import type { BoardMeasure, TierCost } from "../../runtime/tier/verdict.ts";
import { Ledger, spentMs, watched } from "../bench/steps.ts";

const root = join(import.meta.dirname, "../..");
/** For each tier, of processor time; all four stay under the 3 s that a technician waits gladly. */
const briefMs = 240;
const bandwidthMs = 240;
/** What takes longer than a whole frame leaves no question about what is larger still. */
const hopelessMs = 1000 / framesPerSecond;

/** What the frames of every tier cost here, lowest first, until one is hopeless. */
export async function measureTiers(
  config: Config,
  forMs: number = briefMs,
): Promise<readonly TierCost[]> {
  const costs: TierCost[] = [];
  for (const tier of tierNames) {
    const cost = await costOf(tier, config, forMs);
    costs.push(cost);
    if (cost.speakingMsP50 > hopelessMs) break;
  }
  return costs;
}

export async function measureBoard(): Promise<BoardMeasure> {
  const { cores } = await readProcessor();
  const { oneMbPerS, sharedMbPerS } = await measureBandwidth(cores, bandwidthMs);
  const { temperatureC, frequencyShare } = new LinuxBoard().strain();
  return { cores, oneMbPerS, sharedMbPerS, temperatureC, frequencyShare };
}

async function costOf(tier: Tier, config: Config, forMs: number): Promise<TierCost> {
  const native = join(root, "build/native");
  const ledger = new Ledger();
  using display = openDisplay(native, "memory", tiers[tier]);
  const brushes = { pictures: sharpPictures(), pixels: nativePixels(native) };
  await using opened = await openScene(withTier(config, tier), tiers[tier], {
    trace: { note: () => {} },
    ...watched(brushes, ledger, tiers[tier].width),
    pictures: { ...brushes.pictures, ...watched(brushes, ledger, tiers[tier].width).pictures },
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [config.avatar.folder, join(root, "config/avatars")],
  });
  if (opened.avatar === null) throw new Error(`Cannot profile ${tier}: no avatar can be opened`);
  const { width, height } = tiers[tier];
  const changed = new Changed(tiers[tier]);
  const canvas = { ...newCanvas(width, height), changed };
  const subtitle = new Subtitle(display);
  subtitle.extend(captionText);
  const recital = new Recital();
  const show = async (loopFrame: number, mouth: MouthShape | undefined): Promise<void> => {
    const startMs = spentMs();
    if (mouth) await opened.scene.prepare?.(recital.next());
    ledger.spend("mouth", spentMs() - startMs);
    opened.scene.paint(canvas, loopFrame, mouth && recital);
    const shownMs = spentMs();
    display.show({ pixels: canvas.pixels, text: captions(mouth), changed: changed.marks });
    ledger.spend("present", spentMs() - shownMs);
    ledger.turn(mouth !== undefined);
    changed.next();
  };
  let isCaptioned = config.scene.captions;
  const captions = (mouth: unknown) => (mouth && isCaptioned ? subtitle.draw(canvas, 0) : []);
  const cost = await measure({ tier, show }, mouths, { monotonicMs: spentMs }, forMs);
  // Text is set by the display; without it what is presented can be told.
  isCaptioned = false;
  ledger.clear();
  for (let round = 0; round < stepRounds; round++) await show(round, mouths[0]);
  const { fetch, blend, mouth, present } = ledger.costs();
  const steps = { fetch: fetch.p50, blend: blend.p50, mouth: mouth.p50, present: present.p50 };
  return { ...cost, steps };
}

const stepRounds = 40;

/** Two lines, as most sentences have. */
const captionText = "Welcome to our museum, the ticket desk is on your left side.";

/** Speech without an end, a mouth a frame; lips that paint ahead know what comes. */
class Recital implements Moment {
  readonly known = Number.POSITIVE_INFINITY;
  frame = 0;

  get weights(): Float32Array {
    return this.near(0).weights;
  }

  get opening(): number {
    return this.near(0).opening;
  }

  next(): this {
    this.frame++;
    return this;
  }

  near(frames: number): MouthShape {
    return mouths[(this.frame + frames + mouths.length * 9) % mouths.length]!;
  }
}

/** The widest mouth, a round one, a narrow one and a closure. */
const mouths: readonly MouthShape[] = [
  { weights: only("aa"), opening: 1 },
  { weights: only("ou"), opening: 0.5 },
  { weights: only("SS"), opening: 0.2 },
  { weights: only("PP"), opening: 0 },
];
