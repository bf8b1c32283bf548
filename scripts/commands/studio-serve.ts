import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { pino } from "pino";
import { levelOf } from "../../runtime/log.ts";
import { type ServePlace, serveStudio } from "../studio/serve.ts";
import { stopSignal } from "./run.ts";

const examples = `
Examples:
  frontdesk studio user add --email ada@example.org --name "Ada Lovelace" < password.txt
  frontdesk studio serve --state /srv/studio
  frontdesk studio serve --database postgres://studio@db.example/studio --behind-proxy`;

/** Where a studio's things lie when nothing else is said. */
const usualState = "/var/lib/frontdesk-studio";

interface ServeOptions extends Omit<ServePlace, "repository"> {
  readonly repository?: string;
}

/** `frontdesk studio serve`: the console and the REST API. */
export function addServeCommand(studio: Command): void {
  withPlace(studio.command("serve"))
    .description("serve the console, the REST API and the repository until told to stop")
    .option("--host <address>", "where to listen; others come by TLS or a proxy", "127.0.0.1")
    .option("--port <n>", "0: a free one", parsePort, 7790)
    .option("--behind-proxy", "believe X-Forwarded-For and -Proto of a proxy on this host", false)
    .option("--cert <file>", "certificate chain (PEM): speak TLS")
    .option("--key <file>", "the key of that certificate (PEM)")
    .option("--repository <dir>", "of frontdesk studio repo (default: STATE/repository)")
    .option("--licence-key <file>", "Ed25519 key (PEM) that device licences are signed with")
    .option("--order-hook <program>", "started with each confirmed order as JSON in its argument")
    .addHelpText("after", examples)
    .action(async (options: ServeOptions) => {
      const logger = pino({ base: null });
      const trace = {
        note: (event: Parameters<typeof levelOf>[0]) =>
          logger[levelOf(event)](event, `${event.area}: ${event.kind}`),
      };
      const repository = options.repository ?? join(options.state, "repository");
      await serveStudio({ ...options, repository }, trace, stopSignal(undefined), (url) => {
        process.stdout.write(`The studio is at ${url}\n`);
      });
    });
}

/** The options that say where a studio is, for all commands on its own machine. */
export function withPlace(command: Command): Command {
  return command
    .option("--state <dir>", "folder of its files and of SQLite", usualState)
    .option("--database <url>", "postgres://... or sqlite:... (default: SQLite in the folder)");
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError("It should be a number of 0 to 65535.");
}
