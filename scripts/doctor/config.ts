import { type Config, ConfigError, parseConfig } from "../../config/config.ts";
import type { Trouble } from "../../runtime/diagnostics/world.ts";
import { type ConfigOptions, readConfig } from "../commands/options.ts";

/** The configuration, or the built-in one and what is wrong with that which was written. */
export function readConfigLeniently(options: ConfigOptions): {
  readonly config: Config;
  readonly troubles: readonly Trouble[];
} {
  try {
    return { config: readConfig(options), troubles: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof ConfigError ? "CONFIG_INVALID" : "CONFIG_UNREADABLE";
    const device = options.device === undefined ? {} : { device: options.device };
    const config = parseConfig(device, "the built-in configuration");
    return { config, troubles: [{ code, evidence: { reason } }] };
  }
}
