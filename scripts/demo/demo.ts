import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Tier, tiers } from "../../config/tiers.ts";
import { chooseDisplay, type DisplayWish } from "../../drivers/display/choose.ts";
import { type Broker, startBroker } from "./broker.ts";
import { Child } from "./children.ts";
import { stillOf } from "./still.ts";
import { Visitor } from "./visitor.ts";

/** The options of `frontdesk demo`, as the command line parses them. */
export interface DemoOptions {
  readonly text: string;
  readonly tier: Tier;
  readonly display: DisplayWish;
  readonly audio: string;
  readonly voice?: string;
  readonly lang?: string;
  readonly record?: string;
  readonly seconds?: number;
}

const device = "demo";
const root = dirname(dirname(import.meta.dirname));
/** The port of the README's examples; any other does as well. */
const usualPort = 1883;
/** Silence before and after the greeting, so that the greeter is seen idle as well. */
const idleMs = 1500;

/**
 * Starts a broker, the daemon and an independent MQTT client; the client submits the greeting. With
 * a display the show goes on until it is stopped; without one it is filmed and ends by itself.
 */
export async function playDemo(options: DemoOptions, stop: AbortSignal): Promise<void> {
  const film = options.record ?? (await filmWhenBlind(options));
  await perform(options, film, stop);
  if (film === undefined) return;
  say(`film:    ${film}`);
  say(`picture: ${await stillOf(film, 3)}`);
}

async function perform(
  options: DemoOptions,
  film: string | undefined,
  stop: AbortSignal,
): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const state = mkdtempSync(join(tmpdir(), "frontdesk-demo-"));
  parts.defer(() => rmSync(state, { recursive: true, force: true }));
  const broker = parts.use(await openBroker());
  say(`broker:  ${broker.url}`);
  if (film !== undefined) mkdirSync(dirname(film), { recursive: true });
  const daemon = parts.use(startDaemon(options, broker, { state, film }));
  const startMs = performance.now();
  const visitor = parts.use(new Visitor(broker, device));
  await visitor.ready(stop, daemon);
  await pause(idleMs, stop);
  const outcome = await visitor.greet(options.text, stop);
  await pause(idleMs, stop);
  if (options.seconds) await pause(startMs + options.seconds * 1000 - performance.now(), stop);
  else if (film === undefined) await stay(broker, stop);
  if (!stop.aborted && outcome !== "completed") {
    throw new Error(`Cannot finish the demo: the greeting is ${outcome}, it should be completed`);
  }
}

/** Where to film when there is nothing to show it on; undefined when there is a display. */
async function filmWhenBlind({ display, tier }: DemoOptions): Promise<string | undefined> {
  const choice = await chooseDisplay(join(root, "build/native"), display, tiers[tier]);
  if (choice.flavour !== "memory") return undefined;
  for (const { flavour, reason } of choice.refused) say(`no ${flavour}: ${reason}`);
  say("no display: filming what it would show");
  return join("out", "demo.mp4");
}

async function openBroker(): Promise<Broker> {
  try {
    return await startBroker({ port: usualPort });
  } catch {
    return startBroker();
  }
}

function startDaemon(
  options: DemoOptions,
  broker: Broker,
  place: { readonly state: string; readonly film: string | undefined },
): Child {
  const flags: readonly (readonly [string, string | undefined])[] = [
    ["--device", device],
    ["--broker", broker.url],
    ["--state", place.state],
    ["--tier", options.tier],
    ["--display", options.display],
    ["--audio", options.audio],
    ["--voice", options.voice],
    ["--lang", options.lang],
    ["--record", place.film],
    ["--log", "error"],
  ];
  const given = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return new Child("daemon", [join(root, "scripts/frontdesk"), "run", ...given]);
}

async function stay(broker: Broker, stop: AbortSignal): Promise<void> {
  say(`say more: npx frontdesk say "How are you?" --device ${device} --broker ${broker.url}`);
  say("stop with Ctrl-C");
  if (stop.aborted) return;
  await new Promise((resolve) => stop.addEventListener("abort", resolve, { once: true }));
}

async function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await sleep(ms, undefined, { signal: stop }).catch((error: Error) => {
    if (error.name !== "AbortError") throw error;
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
