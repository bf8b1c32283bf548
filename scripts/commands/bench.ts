import type { Command } from "commander";
import { benchMouth, mouthTable } from "../bench/mouth.ts";

const examples = `
DIR holds wav/<id>.wav (16 kHz mono, 16 bit) and truth.json:
{"<id>": {"group": "...", "dur": 1.5, "segments": [[0, 0.4, "sil"], [0.4, 0.5, "PP"], ...]}}

Examples:
  frontdesk bench mouth --set lipsync`;

export function addBenchCommand(program: Command): void {
  const bench = program.command("bench").description("measure a part against what is known");
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
