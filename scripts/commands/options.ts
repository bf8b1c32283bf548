import { existsSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { type Config, configSchema, mergeConfig, parseConfig } from "../../config/config.ts";
import { tierNames } from "../../config/tiers.ts";

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

/** Where a kiosk's own configuration lies when no other file is named. */
const siteFile = "/etc/frontdesk/config.json";

export function addConfigOptions(command: Command): Command {
  return command
    .option("-c, --config <file>", `configuration file (default: ${siteFile} where there is one)`)
    .option("--device <name>", "name of this device on the broker")
    .option("--broker <url>", "MQTT broker, e.g. mqtt://127.0.0.1:1883")
    .option("--state <dir>", "folder for what must outlive a power cut")
    .addOption(new Option("--tier <tier>", "resolution of the avatar").choices([...tierNames]))
    .addOption(
      new Option("--display <driver>", "where to show it").choices(
        configSchema.properties.display.properties.driver.enum,
      ),
    )
    .option("--audio <device>", "auto, silent, or an ALSA device such as pulse or hw:0,0")
    .option("--voice <name>", "a voice of espeak-ng, e.g. en-us+f3")
    .option("--voice-driver <driver>", "espeak, or scripted: tone bursts for measuring")
    .option("--lang <tag>", "language of jobs that name none, e.g. de, cmn, fr-FR")
    .option("--log <level>", "silent, error, warn, info or debug");
}

/** The configuration in force: built-in, then the file, then the command line. */
export function readConfig(options: ConfigOptions, under: unknown = {}): Config {
  const file = options.config ?? (existsSync(siteFile) ? siteFile : undefined);
  const written = file === undefined ? {} : readJson(file);
  const merged = mergeConfig(mergeConfig(under, written), fromOptions(options));
  return parseConfig(merged, file ?? "the command line");
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
