import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Pulse, StageFacts } from "../stage/messages.ts";
import { catalogue } from "./catalogue.ts";
import type { View } from "./monitor.ts";

/** What metrics are made from at one moment. */
export interface Measured {
  readonly view: View;
  readonly facts: StageFacts | undefined;
  readonly pulse: Pulse | undefined;
  readonly temperatureC: number | undefined;
}

const levels = { ok: 0, degraded: 1, critical: 2 } as const;

/**
 * What Prometheus is told, in base units. Labels have few values that are known beforehand: codes
 * of the catalogue, names of drivers.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #gauges: Readonly<Record<GaugeName, Gauge>>;
  readonly #counters: Readonly<Record<CounterName, Counter>>;
  readonly #work: Histogram;
  readonly #heat: Gauge;
  readonly #finding: Gauge;
  readonly #info: Gauge;
  readonly #version: string;
  #before: Pulse | undefined;

  constructor(version: string) {
    const registers = [this.#registry];
    this.#version = version;
    this.#gauges = mapped(gauges, (name, help) => new Gauge({ name, help, registers }));
    this.#counters = mapped(counters, (name, help) => new Counter({ name, help, registers }));
    this.#work = new Histogram({
      name: "frontdesk_frame_work_seconds",
      help: "What a frame costs, from its turn to its presentation",
      buckets: [0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25],
      registers,
    });
    // With a label it is absent, and not 0, on a board that does not know.
    this.#heat = new Gauge({
      name: "frontdesk_temperature_celsius",
      help: "Temperature of the board",
      labelNames: ["zone"],
      registers,
    });
    this.#finding = new Gauge({
      name: "frontdesk_finding_active",
      help: "1 while the finding holds",
      labelNames: ["code", "severity"],
      registers,
    });
    this.#info = new Gauge({
      name: "frontdesk_info",
      help: "What runs here; always 1",
      labelNames: ["version", "tier", "display", "audio"],
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  /** Takes in one pulse of the stage; each only once. */
  pulse(pulse: Pulse): void {
    for (const ms of pulse.workMs) this.#work.observe(ms / 1000);
    const count = (key: "shown" | "dropped" | "late" | "underruns") => {
      const last = this.#before?.[key] ?? 0;
      // After a new start of the stage its counts begin again at 0.
      return pulse[key] >= last ? pulse[key] - last : pulse[key];
    };
    this.#counters.frontdesk_frames_shown_total.inc(count("shown"));
    this.#counters.frontdesk_frames_dropped_total.inc(count("dropped"));
    this.#counters.frontdesk_frames_late_total.inc(count("late"));
    this.#counters.frontdesk_audio_underruns_total.inc(count("underruns"));
    this.#before = pulse;
  }

  /** The exposition text of this moment. */
  text({ view, facts, temperatureC }: Measured): Promise<string> {
    this.#gauges.frontdesk_health.set(levels[view.health.level]);
    this.#gauges.frontdesk_broker_connected.set(view.connected ? 1 : 0);
    this.#gauges.frontdesk_speaking.set(view.now.state === "speaking" ? 1 : 0);
    this.#gauges.frontdesk_jobs_waiting.set(view.now.depth);
    if (temperatureC !== undefined) this.#heat.set({ zone: "hottest" }, temperatureC);
    const active = new Set(view.findings.map(({ code }) => code));
    this.#finding.reset();
    for (const code of active) this.#finding.set({ code, severity: catalogue[code].severity }, 1);
    this.#info.reset();
    const { tier = "none", display = "none", audio = "none" } = facts ?? {};
    this.#info.set({ version: this.#version, tier, display, audio }, 1);
    return this.#registry.metrics();
  }

  /** Names of all metrics there are, for the check of dashboards. */
  async names(): Promise<readonly string[]> {
    const all = await this.#registry.getMetricsAsJSON();
    return all.map(({ name }) => name);
  }
}

const gauges = {
  frontdesk_health: "0 ok, 1 degraded, 2 critical",
  frontdesk_broker_connected: "1 while the broker is connected",
  frontdesk_speaking: "1 while a job is spoken",
  frontdesk_jobs_waiting: "Jobs that wait for their turn",
} as const;

const counters = {
  frontdesk_frames_shown_total: "Frames that were presented",
  frontdesk_frames_dropped_total: "Frames that were due and not presented",
  frontdesk_frames_late_total: "Frames that were presented over 20 ms late",
  frontdesk_audio_underruns_total: "Times that the loudspeaker ran dry",
} as const;

type GaugeName = keyof typeof gauges;
type CounterName = keyof typeof counters;

function mapped<K extends string, V>(
  helps: Readonly<Record<K, string>>,
  make: (name: K, help: string) => V,
): Record<K, V> {
  const entries = Object.entries(helps) as [K, string][];
  return Object.fromEntries(entries.map(([name, help]) => [name, make(name, help)])) as Record<
    K,
    V
  >;
}
