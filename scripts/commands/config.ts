import type { Command } from "commander";
import { settle } from "../../runtime/settings/layers.ts";
import { configReference } from "../reference.ts";
import { addConfigOptions, type ConfigOptions, readLayers } from "./options.ts";
import { addOverrideCommand } from "./override.ts";

const examples = `
Examples:
  frontdesk config show --config site.json    what is in force, defaults filled in
  frontdesk config reference                  every key, its type, its default`;

export function addConfigCommand(program: Command): void {
  const config = program.command("config").description("show or explain the configuration");
  config.addHelpText("after", examples);
  addConfigOptions(config.command("show"))
    .description("print what this device itself is configured to, without the fleet's word")
    .option("--sources", "say for each key who has the last word")
    .action((options: ConfigOptions & { sources?: boolean }) => {
      const { config, sources } = settle(readLayers(options));
      process.stdout.write(`${JSON.stringify(options.sources ? sources : config, undefined, 2)}\n`);
    });
  addOverrideCommand(config);
  config
    .command("reference")
    .description("print every key with its type, default and meaning")
    .action(() => {
      process.stdout.write(`${configReference()}\n`);
    });
}
