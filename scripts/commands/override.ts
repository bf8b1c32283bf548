import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { mergeConfig } from "../../config/config.ts";
import { configKeys } from "../../config/keys.ts";
import { limits } from "../../config/limits.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { settle } from "../../runtime/settings/layers.ts";
import { writeOverride } from "../../runtime/settings/override.ts";
import { addConfigOptions, type ConfigOptions, parseValue, readLayers } from "./options.ts";

const examples = `
Examples:
  frontdesk config override audio.volume=0.4 --for 2h
  frontdesk config override audio.device=hw:1,0 log=debug --for 30m
  frontdesk config override --end`;

/** What a technician sets on the spot: above the fleet's word, for a limited time. */
export function addOverrideCommand(config: Command): void {
  addConfigOptions(config.command("override"))
    .description("set keys on this device for a while, above what the fleet says")
    .argument("[keys...]", "as audio.volume=0.4")
    .option("--for <time>", "how long: 45m, 2h, 3d", parseTime, 3_600_000)
    .option("--end", "end the override that holds")
    .addHelpText("after", examples)
    .action(async (keys: string[], options: ConfigOptions & { for: number; end?: boolean }) => {
      const layers = readLayers(options);
      const { state } = settle(layers).config;
      const disk = await LocalDisk.open(state);
      if (options.end) return writeOverride(disk, undefined);
      const document = keys.reduce<unknown>((all, key) => mergeConfig(all, readKey(key)), {});
      // Throws what is wrong with a value, key by key.
      settle([...layers, { name: "override", document }]);
      const sinceMs = Date.now();
      const override = { document: document as Record<string, unknown>, sinceMs };
      await writeOverride(disk, { ...override, untilMs: sinceMs + options.for });
      const until = new Date(sinceMs + options.for).toISOString();
      process.stdout.write(`${keys.join(" ")} until ${until}\n`);
    });
}

function readKey(text: string): unknown {
  const [name = "", ...value] = text.split("=");
  const pointer = `/${name.replaceAll(".", "/")}`;
  const key = configKeys.find((one) => one.pointer === pointer);
  if (!key || value.length === 0) {
    throw new Error(`Cannot override ${text}: it should be a key and its value, as log=debug`);
  }
  if (key.apply === "local") {
    throw new Error(`Cannot override ${name}: it says who the device is, set it in its file`);
  }
  const inner = parseValue(value.join("="));
  return name.split(".").reduceRight<unknown>((under, part) => ({ [part]: under }), inner);
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseTime(text: string): number {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * (units[unit] ?? Number.NaN);
  if (ms > 0 && ms <= limits.overrideMsMax) return ms;
  throw new InvalidArgumentError("It should be as 45m, 2h or 3d, a week at most.");
}
