import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DemoOptions } from "../commands/demo.ts";
import { type Broker, startBroker } from "./broker.ts";
import { Child } from "./children.ts";
import { stillOf } from "./still.ts";
import { Visitor } from "./visitor.ts";

const device = "demo";
const root = dirname(dirname(import.meta.dirname));

/** Silence before and after the greeting, so that the film shows the greeter idle as well. */
const idleMs = 1500;

/**
 * Starts a broker, the daemon and an independent MQTT client; the client submits the greeting. With
 * a display the show goes on until it is stopped; without one it is filmed and ends by itself.
 */
export async function playDemo(options: DemoOptions, stop: AbortSignal): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const state = mkdtempSync(join(tmpdir(), "frontdesk-demo-"));
  parts.defer(() => rmSync(state, { recursive: true, force: true }));
  const broker = parts.use(await startBroker());
  const film = options.record ?? (await filmWhenBlind(options.display));
  if (film) mkdirSync(dirname(film), { recursive: true });
  const daemon = parts.use(startDaemon(options, { broker, state, film }));
  const visitor = parts.use(new Visitor(broker, device));
  await visitor.ready(stop, daemon);
  await sleep(idleMs, undefined, { signal: stop }).catch(() => {});
  await visitor.greet(options.text, stop);
  await stay(options, { film, broker, stop, daemon });
  await parts.disposeAsync();
  if (film) await report(film);
}

interface Show {
  readonly broker: Broker;
  readonly state: string;
  readonly film: string | undefined;
}

function startDaemon(options: DemoOptions, { broker, state, film }: Show): Child {
  const flags: readonly (readonly [string, string | undefined])[] = [
    ["--device", device],
    ["--broker", broker.url],
    ["--state", state],
    ["--tier", options.tier],
    ["--display", options.display],
    ["--audio", options.audio],
    ["--voice", options.voice],
    ["--lang", options.lang],
    ["--record", film],
    ["--log", "warn"],
  ];
  const given = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return new Child("daemon", [join(root, "scripts/frontdesk"), "run", ...given]);
}
