import { existsSync } from "node:fs";
import type { Command } from "commander";
import { ask } from "../content/ask.ts";
import { readReport, reportText } from "../content/report.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";

const examples = `
Where a daemon runs it does what is asked, and the show goes on; else it is done here.

Examples:
  frontdesk content status
  frontdesk content check                 look into every file, ask the repository now
  frontdesk content install ben.fda       as from a stick, signed as avatar.signers asks
  frontdesk content rollback ben          until the fleet says something new`;

/** `frontdesk content …`: the avatars of this device. */
export function addContentCommand(program: Command): void {
  const content = program
    .command("content")
    .description("the avatars of this device: what is desired, what is here, what is wrong")
    .addHelpText("after", examples);
  addConfigOptions(content.command("status"))
    .description("what is desired, how far it is, what is installed; exit 1 when an avatar failed")
    .option("--json", "print it as content/reported has it", false)
    .action(runStatus);
  addConfigOptions(content.command("check"))
    .description("read every file that is installed, and bring what is damaged, missing or newer")
    .action((options: ConfigOptions) => order(options, { kind: "check" }));
  addConfigOptions(content.command("install"))
    .description("install a package that lies in one file, and show it until the next set comes")
    .argument("<file>", "as frontdesk avatar pack makes it")
    .action(runInstall);
  addConfigOptions(content.command("rollback"))
    .description("go back to the release before; the one there is not tried again")
    .argument("[id]", "which avatar (default: the one on the screen)")
    .action((avatar: string | undefined, options: ConfigOptions) => {
      return order(options, { kind: "rollback", ...(avatar === undefined ? {} : { avatar }) });
    });
  addConfigOptions(content.command("collect"))
    .description("remove what nobody needs any more")
    .action((options: ConfigOptions) => order(options, { kind: "collect" }));
}

async function runStatus(options: ConfigOptions & { json: boolean }): Promise<void> {
  const report = await readReport(readConfig(options));
  const text = options.json ? JSON.stringify(report, undefined, 2) : reportText(report);
  process.stdout.write(`${text}\n`);
  if (report.state === "failed" || report.state === "rejected") process.exitCode = 1;
}

async function runInstall(file: string, options: ConfigOptions): Promise<void> {
  if (!existsSync(file)) {
    throw new Error(`Cannot install ${file}: there is no such file, a package .fda is due`);
  }
  await order(options, { kind: "install", file });
}

async function order(options: ConfigOptions, wish: Parameters<typeof ask>[1]): Promise<void> {
  process.stdout.write(`${await ask(readConfig(options), wish)}\n`);
}
