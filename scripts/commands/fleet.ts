import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { type FleetOptions, Manager } from "../fleet/manager.ts";
import { push } from "../fleet/push.ts";
import { sayToAll } from "../fleet/say.ts";
import { fleetTable } from "../fleet/watch.ts";
import { stopSignal } from "./run.ts";

interface PushOptions extends FleetOptions {
  readonly to: string;
  readonly canary: string;
  readonly maxFailures: string;
  readonly timeout: string;
}

const examples = `
Examples:
  frontdesk fleet watch --to 'berlin-*'
  frontdesk fleet push-config opening-hours.json --to 'berlin-*' --canary 2
  frontdesk fleet say "The museum closes in ten minutes." --to '*'`;

export function addFleetCommand(program: Command): void {
  const fleet = program.command("fleet").description("many kiosks at once, over their broker");
  fleet.addHelpText("after", examples);
  addWatch(fleet);
  addPush(fleet);
  addSay(fleet);
}

function addWatch(fleet: Command): void {
  atBroker(fleet.command("watch"))
    .description("a live table: state, tier, health, configuration and job of each device")
    .option("--once", "print it once; exit 1 unless every device is ready and well")
    .option(
      "--announce",
      "say in $host/state that a manager is there; without one devices hold back",
    )
    .action(async (options: FleetOptions & { to: string; once?: boolean }) => {
      await using manager = await Manager.connect(options);
      const stop = stopSignal(undefined);
      do {
        // Home, and clear what is below: the table stands still.
        const head = process.stdout.isTTY && !options.once ? "\x1b[H\x1b[J" : "";
        process.stdout.write(`${head}${fleetTable(manager, options.to)}\n`);
        if (!options.once) await sleep(1_000);
      } while (!options.once && !stop.aborted);
      const well = manager
        .devices(options.to)
        .every(([, { state, health }]) => isThere(state?.state) && health?.level === "ok");
      if (options.once && !well) process.exitCode = 1;
    });
}

function isThere(state: string | undefined): boolean {
  return state === "ready" || state === "sleeping";
}

function addPush(fleet: Command): void {
  atBroker(fleet.command("push-config"))
    .description("push a configuration; exit 1 unless every device committed it")
    .argument("<file>", 'JSON: {"config": {...}} with or without "version"')
    .option("--canary <n>", "so many devices first; the rest when all of them committed", "1")
    .option("--max-failures <share>", "stop when a larger share of the rest fails", "0.05")
    .option("--timeout <s>", "how long each device may take", "150")
    .action(async (file: string, options: PushOptions) => {
      const { version, config } = readPush(file);
      await using manager = await Manager.connect(options);
      const outcomes = push(manager, {
        ...(version === undefined ? {} : { version }),
        ...{ config, glob: options.to, canary: Number(options.canary) },
        failuresMax: Number(options.maxFailures),
        timeoutMs: Number(options.timeout) * 1e3,
      });
      for await (const { device, state, version: pushed, reasons } of outcomes) {
        print(device, `${pushed} ${state}`, reasons);
        if (state !== "committed") process.exitCode = 1;
      }
    });
}

function addSay(fleet: Command): void {
  atBroker(fleet.command("say"))
    .description("have many kiosks say a text; exit 1 unless every one completed it")
    .argument("<text>", "plain text")
    .option("--ttl <s>", "how long it may wait before it begins", "60")
    .action(async (text: string, options: FleetOptions & { to: string; ttl: string }) => {
      await using manager = await Manager.connect(options);
      const job = { text, glob: options.to, ttlSeconds: Number(options.ttl) };
      for await (const { device, state, reasons } of sayToAll(manager, job)) {
        print(device, state, reasons);
        if (state !== "completed") process.exitCode = 1;
      }
    });
}

function atBroker(command: Command): Command {
  return command
    .option("--to <glob>", "which devices, e.g. 'berlin-*'", "*")
    .option("--broker <url>", "MQTT broker", "mqtt://127.0.0.1:1883")
    .option("--root <root>", "first levels of every topic", "frontdesk")
    .option("--ca <file>", "who may vouch for the broker (PEM)")
    .option("--cert <file>", "the manager's certificate (PEM)")
    .option("--key <file>", "the key of that certificate (PEM)")
    .option("--username <name>", "the manager's name, where the broker asks for one")
    .option("--password-file <file>", "a file that holds its password");
}

function readPush(file: string): { version?: number; config: unknown } {
  const document: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof document === "object" && document !== null && "config" in document) {
    return document as { version?: number; config: unknown };
  }
  throw new SyntaxError(`Cannot push ${file}: it has no "config", it should be {"config": {...}}`);
}

function print(device: string, state: string, reasons: readonly string[]): void {
  process.stdout.write(`${[device.padEnd(24), state, ...reasons].join("  ")}\n`);
}
