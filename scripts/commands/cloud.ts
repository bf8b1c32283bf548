import { type Command, InvalidArgumentError } from "commander";
import { pino } from "pino";
import { levelOf } from "../../runtime/log.ts";
import type { CloudPlace } from "../cloud/serve.ts";
import { addConfigOptions, type ConfigOptions, readConfig } from "./options.ts";
import { stopSignal } from "./run.ts";

const examples = `
Examples:
  frontdesk cloud serve
  frontdesk cloud serve --host 0.0.0.0 --key-file /etc/frontdesk/cloud.key --sessions 4
  curl --json '{"user":"ada"}' http://127.0.0.1:7795/api/v1/sessions`;

interface ServeOptions extends ConfigOptions, Omit<CloudPlace, "mediaHosts"> {
  readonly mediaHost: readonly string[];
}

/** The avatar rendered here and watched elsewhere: `frontdesk cloud …`. */
export function addCloudCommand(program: Command): void {
  const cloud = program.command("cloud").description("render avatars for screens elsewhere");
  addConfigOptions(cloud.command("serve"))
    .description("serve sessions of the 720p avatar as WebRTC streams until told to stop")
    .option("--host <address>", "where HTTP and WebSocket listen", "127.0.0.1")
    .option("--port <n>", "0: a free one", parsePort, 7795)
    .option("--key-file <file>", "what clients show as Authorization: Bearer; loopback needs none")
    .option("--media-host <address...>", "where viewers reach the streams, beside network cards", [
      "127.0.0.1",
    ])
    .option("--media-ports <from-to>", "UDP ports of the streams (default: free ones)", parsePorts)
    .option("--studio <dir>", "state folder of the studio whose hour packages are used")
    .option("--database <url>", "the studio's, where it is not SQLite in that folder")
    .option("--account <id>", "whose hour packages")
    .option("--sessions <n>", "sessions at a time", parseCount, 2)
    .addHelpText("after", examples)
    .action(async (options: ServeOptions) => {
      const { serveCloud } = await import("../cloud/serve.ts");
      const config = readConfig(options);
      const logger = pino({ level: config.log, base: null });
      const trace = {
        note: (event: Parameters<typeof levelOf>[0]) =>
          logger[levelOf(event)](event, `${event.area}: ${event.kind}`),
      };
      const place = { ...options, mediaHosts: options.mediaHost };
      await serveCloud(config, place, { trace, stop: stopSignal(undefined) }, (url) => {
        process.stdout.write(`The cloud is at ${url}\n`);
      });
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError("It should be a number of 0 to 65535.");
}

function parsePorts(text: string): readonly [number, number] {
  const [, from = "", to = ""] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const ports = [parsePort(from), parsePort(to)] as const;
  if (from !== "" && ports[0] < ports[1]) return ports;
  throw new InvalidArgumentError("It should be two ports, as 50000-50100.");
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("It should be a whole number greater than 0.");
}
