import { Writable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { pino } from "pino";
import { packBundle } from "../../runtime/diagnostics/bundle.ts";
import { finding } from "../../runtime/diagnostics/finding.ts";
import { healthOf } from "../../runtime/diagnostics/health.ts";
import { Metrics } from "../../runtime/diagnostics/metrics.ts";
import { Guard } from "../../runtime/diagnostics/page/guard.ts";
import { Page } from "../../runtime/diagnostics/page/page.ts";
import type { PageSource } from "../../runtime/diagnostics/page/source.ts";
import type { Redactor } from "../../runtime/diagnostics/redact.ts";
import type { TraceEvent } from "../../runtime/diagnostics/trace.ts";
import { seeds } from "./seeds.ts";

type Output = "bundle" | "page" | "log" | "metrics";

const puts = seeds.map(([, put]) => put);
const texts = puts.map((put) => (typeof put === "string" ? put : JSON.stringify(put)));
const events: readonly TraceEvent[] = [
  ...texts.map((reason) => ({ area: "fleet", kind: "disconnected", reason })),
  { area: "fleet", kind: "details", puts },
];
const findings = texts.map((reason) => finding("BROKER_TCP", { reason }));

/** Puts every seed into everything that leaves a kiosk and gives those found in each. */
export async function leaks(redactor: Redactor): Promise<Record<Output, string[]>> {
  const page = await pageText(redactor);
  return {
    bundle: found(bundleText(redactor)),
    page: found(page.html),
    log: found(await logText(redactor)),
    metrics: found(page.metrics),
  };
}

/** Of each secret also the forms that JSON and HTML give it. */
function found(output: string): string[] {
  return seeds
    .map(([secret]) => secret)
    .filter((secret) => {
      const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
      return forms.some((form) => output.includes(form));
    });
}

function bundleText(redactor: Redactor): string {
  const journal = { "config.json": { puts }, "journal.txt": texts.join("\n") };
  const content = { ...journal, "trace.json": events, "findings.json": findings };
  return gunzipSync(packBundle(content, redactor)).toString("utf8");
}

async function pageText(redactor: Redactor): Promise<{ html: string; metrics: string }> {
  const now = { jobId: null, state: "idle", depth: 0 };
  const view = { atMs: 0, health: healthOf(findings), findings, now, connected: false };
  const stage = { facts: undefined, pulse: undefined };
  const source: PageSource = {
    device: "lobby",
    version: "0.1.0",
    view: () => view,
    stage: () => stage,
    temperatureC: () => undefined,
    licence: () => undefined,
    avatars: () => [],
    configuration: () => texts.map((value) => ({ key: "broker.url", value, source: "site" })),
    events: () => events,
    say: async () => "",
    overridableKeys: ["audio.volume"],
    override: async () => "2026-01-01T00:00:00.000Z",
    bench: () => false,
    preview: async () => undefined,
    metrics: () => new Metrics("0.1.0").text({ view, ...stage, temperatureC: undefined }),
    bundle: async () => new Uint8Array(),
  };
  const guard = new Guard({ hosts: ["127.0.0.1"], token: "t" });
  const page = new Page(source, { guard, assets: new Map() }, redactor, "t");
  const get = async (path: string) => {
    const headers = new Map([["host", "127.0.0.1"]]);
    const request = { method: "GET", path, query: new Map(), headers, body: "", from: "::1" };
    return String((await page.answer(request, 0)).body);
  };
  const html = (await get("/")).replaceAll("&quot;", '"').replaceAll("&#39;", "'");
  return { html: html + (await get("/status.json")), metrics: await get("/metrics") };
}

async function logText(redactor: Redactor): Promise<string> {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = pino({ base: null }, sink);
  for (const event of events) logger.info(redactor.value(event), `${event.area}: ${event.kind}`);
  return lines.join("");
}
