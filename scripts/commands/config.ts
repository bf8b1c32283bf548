import type { Command } from "commander";
import { configReference } from "../reference.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";

const examples = `
Examples:
  frontdesk config show --config site.json    what is in force, defaults filled in
  frontdesk config reference                  every key, its type, its default`;

export function addConfigCommand(program: Command): void {
  const config = program.command("config").description("show or explain the configuration");
  config.addHelpText("after", examples);
  addConfigOptions(config.command("show").description("print the configuration in force")).action(
    (options: ConfigOptions) => {
      process.stdout.write(`${JSON.stringify(readConfig(options), undefined, 2)}\n`);
    },
  );
  config
    .command("reference")
    .description("print every key with its type, default and meaning")
    .action(() => {
      process.stdout.write(`${configReference()}\n`);
    });
}
