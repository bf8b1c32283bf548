import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { pino } from "pino";
import type { TraceEvent } from "../../runtime/diagnostics/trace.ts";
import { levelOf } from "../../runtime/log.ts";
import type { FleetOptions } from "../fleet/manager.ts";
import type { StudioPlace } from "../studio/open.ts";
import { type CraftName, crafts, runWorker, type WorkPlace } from "../studio/worker.ts";
import { parseSeconds, stopSignal } from "./run.ts";
import { withPlace } from "./studio-serve.ts";

const examples = `
Examples:
  frontdesk studio worker --state /srv/studio --broker mqtt://127.0.0.1:1883
  frontdesk studio worker --state /srv/studio --only build --threads 8
  frontdesk studio worker --database postgres://studio@db.example/studio --state /mnt/studio

Any number of workers may run; they share the database and the folder of --state. One that dies
loses its work to another when the lease ends; a build goes on where it was.
A group of devices is those whose names begin with the group's name and "-".`;

interface WorkerOptions extends StudioPlace, Omit<FleetOptions, "broker"> {
  readonly only: readonly CraftName[];
  readonly lease: number;
  readonly repository?: string;
  readonly keys?: readonly string[];
  readonly makerKey?: string;
  readonly broker?: string;
  readonly fleetKey?: string;
  readonly threads: number;
  readonly takeSeconds?: readonly [number, number];
  readonly licence: string;
  readonly voice?: string;
}

/** `frontdesk studio worker`: checks, builds, publishes and assigns what waits in the queue. */
export function addWorkerCommand(studio: Command): void {
  const worker = withPlace(studio.command("worker"))
    .description("check, build, publish and assign what waits, until told to stop")
    .addOption(new Option("--only <kind...>", "of this work").choices(crafts).default(crafts))
    .option(
      "--lease <s>",
      "how long work is kept for a worker that gives no sign",
      parseSeconds,
      60,
    )
    .option("--threads <n>", "processor cores that a build uses", parseCount, 2)
    .option("--take-seconds <min,max>", "of every take, for trials (default: by kind)", parseRange)
    .option("--licence <text>", "under which avatars may be used", "all rights reserved")
    .option("--voice <name>", "a voice of espeak-ng for demo films, e.g. en-us+f3")
    .option("--repository <dir>", "made where there is none (default: STATE/repository)")
    .option("--keys <path...>", "keys of the repository (default: STATE/keys)")
    .option("--maker-key <file>", "Ed25519 key (PEM) that packages are signed with");
  withFleet(worker)
    .addHelpText("after", examples)
    .action(async (options: WorkerOptions) => {
      const logger = pino({ base: null });
      const note = (event: TraceEvent): void =>
        logger[levelOf(event)](event, `${event.area}: ${event.kind}`);
      await runWorker(placeOf(options), { note }, stopSignal(undefined));
    });
}

function withFleet(worker: Command): Command {
  return worker
    .option("--broker <url>", "MQTT broker of the devices; without one nothing is assigned")
    .option("--root <root>", "first levels of every topic", "frontdesk")
    .option("--ca <file>", "who may vouch for the broker (PEM)")
    .option("--cert <file>", "the studio's certificate (PEM)")
    .option("--key <file>", "the key of that certificate (PEM)")
    .option("--username <name>", "the studio's name, where the broker asks for one")
    .option("--password-file <file>", "a file that holds its password")
    .option("--fleet-key <file>", "Ed25519 key (PEM) of the devices' fleet.signers");
}

function placeOf(options: WorkerOptions): WorkPlace {
  const { state, database, only, lease, makerKey, fleetKey } = options;
  const { threads, takeSeconds, licence, voice } = options;
  return {
    ...{ state, only, leaseMs: lease * 1e3 },
    ...(database === undefined ? {} : { database }),
    repository: options.repository ?? join(state, "repository"),
    keys: options.keys ?? [join(state, "keys")],
    ...(makerKey === undefined ? {} : { makerKey }),
    ...(fleetKey === undefined ? {} : { fleetKey }),
    ...(options.broker === undefined ? {} : { fleet: { ...options, broker: options.broker } }),
    bench: {
      ...{ threads, licence },
      ...(takeSeconds === undefined ? {} : { takeSeconds }),
      ...(voice === undefined ? {} : { voice }),
    },
  };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("It should be a whole number greater than 0.");
}

function parseRange(text: string): readonly [number, number] {
  const [least, most, ...more] = text.split(",").map(Number);
  const isRange = least !== undefined && most !== undefined && least > 0 && most >= least;
  if (isRange && more.length === 0) return [least, most];
  throw new InvalidArgumentError("It should be MIN,MAX in seconds, as 60,600.");
}
