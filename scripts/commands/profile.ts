import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { verdictChart } from "../profile/chart.ts";
import { verdictOf } from "../profile/kept.ts";
import { verdictReport } from "../profile/report.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";

interface ProfileOptions extends ConfigOptions {
  readonly json?: boolean;
  readonly fresh?: boolean;
  readonly chart?: string;
}

const examples = `
Examples:
  frontdesk profile                     which tier this board sustains, with the measurements
  frontdesk profile --json              {"tier":"720p", ...}
  frontdesk profile --fresh --chart out/tiers.svg`;

export function addProfileCommand(program: Command): void {
  addConfigOptions(program.command("profile"))
    .description(
      "measure this board with the real frames of every tier and judge; exit 1: too weak",
    )
    .option("--json", "print the verdict as JSON")
    .option("--fresh", "measure again, though nothing has changed since the last verdict")
    .option("--chart <file>", "draw what was measured: a .svg or .png file")
    .addHelpText("after", examples)
    .action(async ({ json, fresh = false, chart, ...options }: ProfileOptions) => {
      const config = readConfig(options);
      const note = (reason: string) => void process.stderr.write(`frontdesk: ${reason}\n`);
      const kept = await verdictOf(config, fresh, note);
      const { verdict, on, atMs } = kept;
      const report = json ? JSON.stringify({ ...verdict, on, atMs }) : verdictReport(kept);
      process.stdout.write(`${report}\n`);
      if (chart !== undefined) await draw(chart, verdictChart(kept));
      if (verdict.tier === null) process.exitCode = 1;
    });
}

async function draw(file: string, svg: string): Promise<void> {
  if (file.endsWith(".svg")) writeFileSync(file, svg);
  else if (file.endsWith(".png")) {
    const { default: sharp } = await import("sharp");
    await sharp(Buffer.from(svg), { density: 144 }).png().toFile(file);
  } else throw new Error(`Cannot draw ${file}: its name should end in .svg or .png`);
}
