import { Type } from "typebox";
import type { Config } from "../../config/config.ts";
import { limits } from "../../config/limits.ts";
import type { Upload } from "../../drivers/upload/upload.ts";
import {
  type Command,
  type CommandResult,
  type CommandTable,
  cannot,
  command,
} from "../fleet/command.ts";
import type { Screenshot } from "../stage/messages.ts";

/** What the commands of the fleet reach into. */
export interface Orders {
  config(): Config;
  /** Has the avatar take a pose until somebody is spoken to; undefined: none. */
  pose(name: string | undefined): void;
  /** Shows a text on top of everything. */
  banner(text: string, forMs: number): void;
  shoot(charsMax: number): Promise<Screenshot>;
  setLog(level: Config["log"]): void;
  /** Starts the kiosk's parts again: when nobody speaks, or at once. */
  restart(force: boolean): void;
  /** Shows the bench on the screen; false when there is no stage to show it, or somebody speaks. */
  bench(): boolean;
  /** What is wrong now, by the signs of life of the running kiosk. */
  findings(): readonly unknown[];
  /** The whole doctor, board and network included; takes seconds. */
  examine(): Promise<readonly unknown[]>;
  /** Everything support wants to see, as a packed file; secrets are taken out. */
  bundle(): Promise<Uint8Array>;
  /** Restarts the board, when nobody speaks or at once; rejects when that is not possible. */
  reboot(force: boolean): Promise<void>;
  readonly upload: Upload;
}

/** The schemas of the commands' arguments, by type. */
export const commandSchemas = {
  identify: Type.Object({
    bench: Type.Optional(
      Type.Boolean({
        description: "Show the whole bench, with a code to scan, not the name alone",
      }),
    ),
  }),
  "log-level": Type.Object({
    level: Type.Enum(["silent", "error", "warn", "info", "debug"]),
  }),
  screenshot: Type.Object({
    url: Type.Optional(
      Type.String({ pattern: "^https://", maxLength: 2048, description: "Where to PUT a JPEG" }),
    ),
  }),
  doctor: Type.Object({}),
  "bench-screen": Type.Object({}),
  pose: Type.Object({
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: limits.cueNameCharsMax,
        description: "A pose of the avatar, as listening or thinking; absent: none",
      }),
    ),
  }),
  restart: Type.Object({ force: Type.Optional(Type.Boolean()) }),
} as const;

export const longCommandSchemas = {
  "support-bundle": Type.Object({
    state: Type.Optional(Type.String()),
    url: Type.String({ pattern: "^https://", maxLength: 2048, description: "Where to PUT it" }),
  }),
  "self-test": Type.Object({ state: Type.Optional(Type.String()) }),
  reboot: Type.Object({
    state: Type.Optional(Type.String()),
    force: Type.Optional(Type.Boolean()),
  }),
} as const;

/** The short commands of a kiosk. */
export function shortCommands(orders: Orders): CommandTable {
  return {
    identify: command(commandSchemas.identify, async ({ bench = false }) => {
      if (bench) return showBench(orders);
      orders.banner(orders.config().device, limits.identifyMs);
      return { data: { shown: orders.config().device, forMs: limits.identifyMs } };
    }),
    "log-level": command(commandSchemas["log-level"], async ({ level }) => {
      orders.setLog(level);
      return { data: { level } };
    }),
    screenshot: screenshotCommand(orders),
    doctor: command(commandSchemas.doctor, async () => {
      return { data: { findings: orders.findings() } };
    }),
    "bench-screen": command(commandSchemas["bench-screen"], async () => showBench(orders)),
    pose: command(commandSchemas.pose, async ({ name }) => {
      orders.pose(name);
      return { data: { name: name ?? null } };
    }),
    restart: command(commandSchemas.restart, async ({ force = false }) => {
      orders.restart(force);
      return { data: { when: force ? "now" : "idle" } };
    }),
  };
}

/** Those that are followed to their end over a retained message. */
export function longCommands(orders: Orders): CommandTable {
  return {
    "support-bundle": command(longCommandSchemas["support-bundle"], async ({ url }) => {
      const refusal = hostRefusal(orders, url);
      if (refusal) return refusal;
      const bytes = await orders.bundle();
      await orders.upload.put(url, bytes, "application/gzip");
      return { data: { url, bytes: bytes.length } };
    }),
    "self-test": command(longCommandSchemas["self-test"], async () => {
      return { data: { findings: await orders.examine() } };
    }),
    reboot: command(longCommandSchemas.reboot, async ({ force = false }) => {
      if (!orders.config().fleet.reboot) {
        return cannot("NOT_ALLOWED", "Cannot reboot: fleet.reboot is false on this device");
      }
      await orders.reboot(force);
      return { data: {} };
    }),
  };
}

function showBench(orders: Orders): CommandResult {
  if (orders.bench()) return { data: { shown: "bench" } };
  const reason = "somebody speaks, or the stage is not open yet";
  return cannot("BUSY", `Cannot show the bench: ${reason}`, true);
}

function screenshotCommand(orders: Orders): Command {
  return command(commandSchemas.screenshot, async ({ url }) => {
    const refusal = url === undefined ? undefined : hostRefusal(orders, url);
    if (refusal) return refusal;
    const charsMax = url === undefined ? limits.screenshotCharsMax : Number.POSITIVE_INFINITY;
    const shot = await orders.shoot(charsMax);
    if ("reason" in shot)
      return cannot("NO_PICTURE", `Cannot take a picture: ${shot.reason}`, true);
    const { jpeg, width, height } = shot;
    if (url === undefined) return { data: { type: "image/jpeg", width, height, base64: jpeg } };
    await orders.upload.put(url, Buffer.from(jpeg, "base64"), "image/jpeg");
    return { data: { url, width, height } };
  });
}

/** Why nothing may be sent to this address; undefined when it may. */
function hostRefusal(orders: Orders, url: string): CommandResult | undefined {
  const hosts = orders.config().fleet.uploadHosts;
  const host = URL.parse(url)?.host;
  if (host !== undefined && hosts.includes(host)) return undefined;
  const known = hosts.join(", ") || "none";
  return cannot("HOST_NOT_ALLOWED", `Cannot send to ${host ?? url}: hosts allowed are ${known}`);
}
