import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { basename, dirname } from "node:path";
import type { Config } from "../../config/config.ts";
import { LinuxBoard } from "../../drivers/board/linux.ts";
import type { Clock, Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { volatileFolder } from "../../drivers/disk/volatile.ts";
import { pageAssets } from "../../drivers/web/assets.ts";
import { openHttp } from "../../drivers/web/http.ts";
import { BlackBox } from "../diagnostics/blackbox.ts";
import { packBundle } from "../diagnostics/bundle.ts";
import type { Metrics } from "../diagnostics/metrics.ts";
import type { Monitor } from "../diagnostics/monitor.ts";
import type { Rules } from "../diagnostics/page/guard.ts";
import { Redactor } from "../diagnostics/redact.ts";
import type { TraceRing } from "../diagnostics/trace.ts";
import type { Settings } from "../settings/settings.ts";
import { metricsText, openPanel, type PanelParts } from "./panel.ts";

/** What the office keeps an eye on. */
export interface Watched {
  readonly monitor: Monitor;
  readonly metrics: Metrics;
  readonly trace: TraceRing;
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly version: string;
}

const turnMs = 1_000;
const metricsFileMs = 15_000;

/**
 * The back office of a kiosk: page, metrics file, black box. It works beside the show; what of it
 * cannot be opened is noted, and the show goes on. An entry file: it picks drivers.
 */
export async function openOffice(settings: Settings, watched: Watched): Promise<AsyncDisposable> {
  const { config } = settings;
  const { clock, trace } = watched;
  const stop = new AbortController();
  const redactor = new Redactor(secretsOf(config, trace));
  watched.monitor.addresses = addressesOfBoard();
  const panel = panelParts(settings, watched, redactor);
  await using opened = new AsyncDisposableStack();
  const box = await openBox(config.device, watched, redactor);
  if (box) opened.defer(() => box.end());
  await attempt(trace, "page-refused", async () => {
    const page = await openPage(settings, panel, watched);
    if (page) opened.use(page);
  });
  const turning = turn();
  const parts = opened.move();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await turning;
      await parts.disposeAsync();
    },
  };

  async function turn(): Promise<void> {
    let writtenMs = Number.NEGATIVE_INFINITY;
    while (!stop.signal.aborted) {
      const nowMs = clock.monotonicMs();
      await box?.turn(nowMs);
      if (config.metricsFile !== undefined && nowMs - writtenMs >= metricsFileMs) {
        writtenMs = nowMs;
        await attempt(trace, "metrics-not-written", () => writeMetrics(config, panel));
      }
      await clock.sleepUntil(nowMs + turnMs, stop.signal);
    }
  }
}

function panelParts(settings: Settings, watched: Watched, redactor: Redactor): PanelParts {
  const { monitor, metrics, trace, version, disk, stamps } = watched;
  const board = new LinuxBoard();
  const shared = { monitor, metrics, trace, redactor, version, disk, stamps };
  return {
    ...shared,
    assets: pageAssets(),
    temperatureC: () => board.temperatureC(),
    bundle: async () => packBundle(await liveBundle(settings, watched, board), redactor),
  };
}

async function liveBundle(
  settings: Settings,
  { monitor, trace, version }: Watched,
  board: LinuxBoard,
) {
  const picture = await monitor.door?.shoot();
  return {
    "findings.json": monitor.view.findings,
    "config.json": settings.config,
    "sources.json": settings.report(),
    "stage.json": monitor.vitals.facts ?? null,
    "board.json": await board.facts([settings.config.state]),
    "versions.json": { frontdesk: version, ...process.versions },
    "trace.json": trace.recent(),
    ...(picture ? { "picture-now.jpg": picture } : {}),
  };
}

async function openBox(
  device: string,
  { monitor, trace, stamps, version }: Watched,
  redactor: Redactor,
): Promise<BlackBox | undefined> {
  return attempt(trace, "blackbox-refused", async () => {
    const disk = await LocalDisk.open(volatileFolder(device));
    return new BlackBox(disk, { monitor, trace, redactor, stamps, pid: process.pid, version });
  });
}

async function openPage(settings: Settings, panel: PanelParts, { clock, trace }: Watched) {
  const { port, host, passwordFile } = settings.config.page;
  if (port === 0) return undefined;
  const loopback = host === "localhost" || host === "::1" || host.startsWith("127.");
  const password =
    passwordFile === undefined ? undefined : readFileSync(passwordFile, "utf8").trim();
  if (!loopback && !password) {
    throw new Error(`Cannot serve the page on ${host}: it has no page.passwordFile, it must`);
  }
  const rules: Rules = {
    hosts: loopback ? ["127.0.0.1", "localhost", "::1"] : namesOfBoard(),
    token: randomBytes(24).toString("base64url"),
    ...(password ? { password } : {}),
  };
  const answer = openPanel(settings, panel, rules);
  const onTrouble = (error: unknown) => trace.note({ area: "page", kind: "failed", error });
  return openHttp({ host, port, onTrouble }, (request) => answer(request, clock.monotonicMs()));
}

function namesOfBoard(): string[] {
  const name = hostname().toLowerCase();
  return [...addressesOfBoard(), name, `${name}.local`, "localhost", "127.0.0.1", "::1"];
}

/** Without loopback; those of IP version 4 first, which are easier to read out. */
function addressesOfBoard(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = all.filter(({ internal }) => !internal);
  return own.sort((a, b) => a.family.localeCompare(b.family)).map(({ address }) => address);
}

async function writeMetrics({ metricsFile = "" }: Config, panel: PanelParts): Promise<void> {
  const disk = new LocalDisk(dirname(metricsFile));
  await disk.replace(basename(metricsFile), new TextEncoder().encode(await metricsText(panel)));
}

/** Secrets that this process reads: none of them may stand in any output. */
function secretsOf({ broker, page, voice }: Config, trace: TraceRing): string[] {
  const files = [broker.passwordFile, broker.keyFile, page.passwordFile, voice.service.keyFile];
  return files.flatMap((file) => {
    if (file === undefined) return [];
    try {
      return [readFileSync(file, "utf8").trim()];
    } catch (error) {
      trace.note({ area: "office", kind: "secret-unreadable", file, error });
      return [];
    }
  });
}

/** Does a part of the work that the show can do without; undefined, and a note, when it fails. */
async function attempt<T>(
  trace: TraceRing,
  kind: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    trace.note({ area: "office", kind, reason });
    return undefined;
  }
}
