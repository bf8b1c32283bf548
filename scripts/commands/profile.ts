import { join } from "node:path";
import type { Command } from "commander";
import { parseConfig } from "../../config/config.ts";
import { type Tier, tierNames, tiers } from "../../config/tiers.ts";
import { type Processor, readProcessor } from "../../drivers/board/processor.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { openIfThere, readIfThere } from "../../drivers/disk/reading.ts";
import { openDisplay } from "../../drivers/display/raylib.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { sharpPictures } from "../../drivers/picture/sharp.ts";
import { nativePixels } from "../../drivers/pixels/native.ts";
import { type MouthShape, only } from "../../runtime/mouth/shape.ts";
import { openScene } from "../../runtime/stage/scene.ts";
import { measure } from "../../runtime/tier/profile.ts";
import { judge, type TierCost, type Verdict } from "../../runtime/tier/verdict.ts";

const root = join(import.meta.dirname, "../..");
/** For each tier; all four stay under the 3 s that a technician waits gladly. */
const measureMs = 350;

const examples = `
Examples:
  frontdesk profile           which tier this board sustains, with the measurements
  frontdesk profile --json    {"tier":"720p", ...}`;

export function addProfileCommand(program: Command): void {
  program
    .command("profile")
    .description(
      "measure this board with the real frames of every tier and judge; exit 1: too weak",
    )
    .option("--json", "print the verdict as JSON")
    .addHelpText("after", examples)
    .action(async ({ json }: { json?: boolean }) => {
      const costs: TierCost[] = [];
      for (const tier of tierNames) costs.push(await costOf(tier));
      const verdict = judge(costs);
      const processor = await readProcessor();
      const report = json ? JSON.stringify({ ...verdict, processor }) : table(verdict, processor);
      process.stdout.write(`${report}\n`);
      if (verdict.tier === null) process.exitCode = 1;
    });
}

async function costOf(tier: Tier): Promise<TierCost> {
  const size = tiers[tier];
  using display = openDisplay(join(root, "build/native"), "memory", size);
  const config = parseConfig({ avatar: { tier } }, "the built-in configuration");
  const { scene, avatar } = await openScene(config, size, {
    trace: { note: () => {} },
    pictures: sharpPictures(),
    pixels: nativePixels(join(root, "build/native")),
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [join(root, "config/avatars")],
  });
  if (avatar === null)
    throw new Error(`Cannot profile ${tier}: the shipped avatar cannot be opened`);
  const canvas = { ...size, pixels: new Uint8Array(size.width * size.height * 4) };
  const show = (loopFrame: number, mouth: MouthShape | undefined): void => {
    scene.paint(canvas, loopFrame, mouth);
    display.show({ pixels: canvas.pixels, text: [] });
  };
  return measure({ tier, show }, mouths, systemClock(), measureMs);
}

/** The widest mouth, a round one, a narrow one and a closure. */
const mouths: readonly MouthShape[] = [
  { weights: only("aa"), opening: 1 },
  { weights: only("ou"), opening: 0.5 },
  { weights: only("SS"), opening: 0.2 },
  { weights: only("PP"), opening: 0 },
];

function table({ tier, reasons, costs }: Verdict, board: Processor): string {
  const rows = costs.map(
    (cost) =>
      `  ${cost.tier.padStart(5)}  idle ${ms(cost.idleMsP95)}  speaking ${ms(cost.speakingMsP95)}`,
  );
  return [
    `verdict: ${tier ?? "too weak, use the cloud's stream"}`,
    `board: ${board.model}, ${board.cores} cores, ${board.memoryMb} MB`,
    "frame cost, 95th percentile of one core:",
    ...rows,
    ...reasons.map((reason) => `- ${reason}`),
  ].join("\n");
}

function ms(value: number): string {
  return `${value.toFixed(1).padStart(6)} ms`;
}
