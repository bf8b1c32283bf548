import type { Command } from "commander";
import { benchFrames, frameTable } from "../bench/frames.ts";
import { benchMouth, mouthTable } from "../bench/mouth.ts";
import { benchTiers, tierTable } from "../bench/tiers.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";

/** For each tier, of processor time. */
const tierMs = 2_000;

const tierExamples = `
Examples:
  frontdesk bench                    a table of all tiers
  frontdesk bench --json             {"tiers":{"720p":{"speakingP95Ms":...,"floorRatio":...}}}
  frontdesk bench frames             JPEG, tiles, zstd, H.264, WebP side by side`;

const examples = `
DIR holds wav/<id>.wav (16 kHz mono, 16 bit) and truth.json:
{"<id>": {"group": "...", "dur": 1.5, "segments": [[0, 0.4, "sil"], [0.4, 0.5, "PP"], ...]}}

Examples:
  frontdesk bench mouth --set lipsync`;

export function addBenchCommand(program: Command): void {
  const bench = addConfigOptions(program.command("bench"))
    .description(
      "what each tier costs here by step, beside a copy of a frame and the networks of rivals; " +
        "or measure a part against what is known",
    )
    .option("--json", "print the figures as JSON")
    .addHelpText("after", tierExamples)
    .action(async ({ json, ...options }: ConfigOptions & { readonly json?: boolean }) => {
      const result = await benchTiers(readConfig(options), tierMs);
      process.stdout.write(`${json ? JSON.stringify(result) : tierTable(result)}\n`);
    });
  bench
    .command("frames")
    .description("ways to keep the frames of the idle loop: processor time, memory, size, jumps")
    .action(async () => {
      process.stdout.write(`${frameTable(await benchFrames())}\n`);
    });
  bench
    .command("mouth")
    .description(
      "score the speech model on a lip-sync set, and beside it Rhubarb and wawa-lipsync where " +
        "they are installed, and an energy gate",
    )
    .requiredOption("--set <dir>", "folder of the set")
    .addHelpText("after", examples)
    .action(async ({ set }: { readonly set: string }) => {
      for await (const result of benchMouth(set)) process.stdout.write(`${mouthTable(result)}\n\n`);
    });
}
