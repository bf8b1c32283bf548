import { existsSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Config, configSchema, mergeConfig } from "../../config/config.ts";
import { configKeys } from "../../config/keys.ts";
import { tierNames } from "../../config/tiers.ts";
import { type Layer, settle } from "../../runtime/settings/layers.ts";

/** The options by which a command line overrides the configuration, as commander parses them. */
export interface ConfigOptions {
  readonly config?: string;
  readonly device?: string;
  readonly broker?: string;
  readonly state?: string;
  readonly tier?: string;
  readonly display?: string;
  readonly audio?: string;
  readonly voice?: string;
  readonly voiceDriver?: string;
  readonly lang?: string;
  readonly log?: string;
}

/** What the maker of a device put there; the package itself brings none. */
const vendorFile = "/usr/share/frontdesk/config.json";

/** Where a kiosk's own configuration lies when no other file is named. */
const siteFile = "/etc/frontdesk/config.json";

export function addConfigOptions(command: Command): Command {
  return command
    .option("-c, --config <file>", `configuration file (default: ${siteFile} where there is one)`)
    .option("--device <name>", "name of this device on the broker")
    .option("--broker <url>", "MQTT broker, e.g. mqtt://127.0.0.1:1883")
    .option("--state <dir>", "folder for what must outlive a power cut")
    .addOption(
      new Option("--tier <tier>", "resolution of the avatar").choices([...tierNames, "auto"]),
    )
    .addOption(
      new Option("--display <driver>", "where to show it").choices(
        configSchema.properties.display.properties.driver.enum,
      ),
    )
    .option("--audio <device>", "auto, silent, or an ALSA device such as pulse or hw:0,0")
    .option("--voice <name>", "a voice of its engine, e.g. en-us+f3 of espeak, slt of flite")
    .addOption(
      new Option("--voice-driver <driver>", "the engine that speaks").choices(
        configSchema.properties.voice.properties.driver.enum,
      ),
    )
    .option("--lang <tag>", "language of jobs that name none, e.g. de, cmn, fr-FR")
    .option("--log <level>", "silent, error, warn, info or debug");
}

/**
 * What the device itself says about its configuration: the vendor's file, the site's file (or the
 * one that is named), and above all others the environment: `FRONTDESK_BROKER_URL=...` for the key
 * `broker.url`, then the command line.
 */
export function readLayers(options: ConfigOptions): readonly Layer[] {
  const file = options.config ?? (existsSync(siteFile) ? siteFile : undefined);
  const vendor = existsSync(vendorFile) ? [vendorFile] : [];
  return [
    ...vendor.map((path) => ({ name: "vendor" as const, document: readJson(path) })),
    ...(file === undefined ? [] : [{ name: "site" as const, document: readJson(file) }]),
    { name: "environment", document: mergeConfig(fromEnvironment(), fromOptions(options)) },
  ];
}

/** The configuration in force as far as the device itself decides. Throws a ConfigError. */
export function readConfig(options: ConfigOptions): Config {
  return settle(readLayers(options)).config;
}

/** Keys named by variables, each as JSON where it is JSON and as plain text where not. */
function fromEnvironment(): unknown {
  return configKeys.reduce<unknown>((document, { pointer }) => {
    const words = pointer.replaceAll(/([A-Z])/g, "_$1").replaceAll("/", "_");
    const text = process.env[`FRONTDESK${words.toUpperCase()}`];
    return text === undefined ? document : mergeConfig(document, nested(pointer, text));
  }, {});
}

function nested(pointer: string, text: string): unknown {
  const keys = pointer.split("/").slice(1);
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), parseValue(text));
}

/** JSON where it is JSON, else the text itself. */
export function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function fromOptions(options: ConfigOptions): unknown {
  return withoutUndefined({
    device: options.device,
    broker: { url: options.broker },
    state: options.state,
    avatar: { tier: options.tier },
    display: { driver: options.display },
    audio: { device: options.audio },
    voice: { driver: options.voiceDriver, name: options.voice, lang: options.lang },
    log: options.log,
  });
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fault = code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new Error(`Cannot read configuration ${file}: ${fault}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(
      `Cannot read configuration ${file}: ${(error as Error).message}, it should be JSON`,
    );
  }
}
