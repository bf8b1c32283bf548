import { configKeys, valueAt } from "../../config/keys.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { WebAnswer, WebRequest } from "../../drivers/web/web.ts";
import { showBench } from "../diagnostics/bench.ts";
import type { Metrics } from "../diagnostics/metrics.ts";
import type { Monitor } from "../diagnostics/monitor.ts";
import { Guard, type Rules } from "../diagnostics/page/guard.ts";
import { Page } from "../diagnostics/page/page.ts";
import type { PageSource } from "../diagnostics/page/source.ts";
import type { Redactor } from "../diagnostics/redact.ts";
import type { TraceRing } from "../diagnostics/trace.ts";
import type { Settings } from "../settings/settings.ts";
import { overridableKeys, overrideKey } from "./technician.ts";

/** What the page shows, besides the settings. */
export interface PanelParts {
  readonly monitor: Monitor;
  readonly metrics: Metrics;
  readonly trace: TraceRing;
  readonly redactor: Redactor;
  readonly version: string;
  readonly disk: Disk;
  readonly stamps: Stamps;
  readonly assets: ReadonlyMap<string, { readonly type: string; readonly body: string }>;
  temperatureC(): number | undefined;
  bundle(): Promise<Uint8Array>;
}

/** Share of the screen's size that the preview has. */
const previewShare = 0.4;

/** The page of a running kiosk: answers requests, holds no clock and no socket. */
export function openPanel(
  settings: Settings,
  parts: PanelParts,
  rules: Rules,
): (request: WebRequest, nowMs: number) => Promise<WebAnswer> {
  const { assets, redactor } = parts;
  const source = sourceOf(settings, parts);
  const page = new Page(source, { guard: new Guard(rules), assets }, redactor, rules.token);
  return (request, nowMs) => page.answer(request, nowMs);
}

/** Prometheus' text of this moment. */
export function metricsText({ metrics, monitor, temperatureC }: PanelParts): Promise<string> {
  const { facts, pulse } = monitor.vitals;
  return metrics.text({ view: monitor.view, facts, pulse, temperatureC: temperatureC() });
}

function sourceOf(settings: Settings, parts: PanelParts): PageSource {
  const { monitor, trace, version, temperatureC, bundle } = parts;
  return {
    device: settings.config.device,
    version,
    view: () => monitor.view,
    stage: () => ({ facts: monitor.vitals.facts, pulse: monitor.vitals.pulse }),
    temperatureC,
    licence: () => monitor.licence,
    avatars: () => monitor.avatars,
    configuration: () => rowsOf(settings),
    events: () => trace.recent(),
    say: async (text) => {
      if (!monitor.door) throw new Error("Cannot say it: the kiosk is starting");
      return monitor.door.say(text);
    },
    overridableKeys,
    override: (wish) => overrideKey(wish, settings, parts),
    bench: () => showBench(monitor, settings.config.device),
    preview: async () => monitor.door?.shoot(previewShare),
    metrics: () => metricsText(parts),
    bundle,
  };
}

function rowsOf(settings: Settings): ReturnType<PageSource["configuration"]> {
  const { sources } = settings.report();
  return configKeys
    .map(({ pointer }) => ({ pointer, value: valueAt(settings.config, pointer) }))
    .filter(({ value }) => value !== undefined)
    .map(({ pointer, value }) => ({
      key: pointer.slice(1).replaceAll("/", "."),
      value: JSON.stringify(value),
      source: sources[pointer] ?? "built-in",
    }));
}
