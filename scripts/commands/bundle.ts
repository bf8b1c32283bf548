import type { Command } from "commander";
import { examine } from "../../runtime/diagnostics/examine.ts";
import { makeBundle, placeBundle } from "../doctor/bundle.ts";
import { readConfigLeniently } from "../doctor/config.ts";
import { gather } from "../doctor/gather.ts";
import { instruments } from "../doctor/instruments.ts";
import { addConfigOptions, type ConfigOptions } from "./options.ts";

interface BundleOptions extends ConfigOptions {
  readonly out?: string;
}

const examples = `
Passwords, keys and tokens are taken out. Where the disk is full, it goes to memory, and says so.

Examples:
  frontdesk bundle
  frontdesk bundle --out /media/stick/lobby.tar.gz
  frontdesk bundle --out - | ssh support 'cat >lobby.tar.gz'`;

export function addBundleCommand(program: Command): void {
  addConfigOptions(program.command("bundle"))
    .description("pack findings, configuration, traces, journal and last pictures for support")
    .option("--out <file>", "where to; - is standard output (default: frontdesk-DEVICE.tar.gz)")
    .addHelpText("after", examples)
    .action(async (options: BundleOptions) => {
      const { config, troubles } = readConfigLeniently(options);
      const world = await gather(config, troubles, instruments());
      const bundle = await makeBundle({ world, findings: examine(world) });
      if (options.out === "-") process.stdout.write(bundle);
      else {
        const file = options.out ?? `frontdesk-${config.device}.tar.gz`;
        const place = placeBundle(bundle, file);
        process.stdout.write(`${place} (${(bundle.length / 1e6).toFixed(1)} MB)\n`);
      }
    });
}
