import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Health } from "../diagnostics/health.ts";
import type { Monitor, View } from "../diagnostics/monitor.ts";
import type { Reports } from "../fleet/reports.ts";
import { type Duty, dutyAt } from "../schedule/timetable.ts";
import type { Proof } from "../settings/report.ts";
import type { Settings } from "../settings/settings.ts";

/** When the kiosk's parts have to be started again. */
type Restart = "never" | "when idle" | "now";

interface Keepers {
  readonly monitor: Monitor;
  readonly stamps: Stamps;
  /** Whether the board's clock can be believed. */
  knowsTime(): boolean;
}

/** How often settings, health and numbers are looked at. */
const periodMs = 1_000;

/** What is done beside the show: settings followed, health told, events kept. */
export class Upkeep {
  readonly #settings: Settings;
  readonly #reports: Reports;
  readonly #monitor: Monitor;
  readonly #stamps: Stamps;
  readonly #knowsTime: () => boolean;
  #duty: Duty;
  #restart: Restart = "never";
  #lookedMs = Number.NEGATIVE_INFINITY;
  #known = new Set<string>();
  /** Of mouth and sound, as it was measured last. */
  #offsetMs: number | undefined;

  constructor(settings: Settings, reports: Reports, { monitor, stamps, knowsTime }: Keepers) {
    this.#settings = settings;
    this.#reports = reports;
    this.#monitor = monitor;
    this.#stamps = stamps;
    this.#knowsTime = knowsTime;
    this.#duty = this.#dutyNow();
  }

  /** How the kiosk is to be at this time of day. */
  get duty(): Duty {
    return this.#duty;
  }

  /** Asks for a new start; "now" stays "now". */
  askRestart(force: boolean): void {
    if (force) this.#restart = "now";
    else if (this.#restart === "never") this.#restart = "when idle";
  }

  /** Does what is due; `applies`: the settings, or what they say for this hour, have changed. */
  async turn(nowMs: number): Promise<{ restart: Restart; applies: boolean; looked: boolean }> {
    const idle = { restart: this.#restart, applies: false, looked: false };
    if (nowMs - this.#lookedMs < periodMs) return idle;
    this.#lookedMs = nowMs;
    const { view, vitals } = this.#monitor;
    const demand = await this.#settings.turn(this.#proof(view), nowMs);
    if (demand === "restart") this.askRestart(false);
    const health = this.#health(view);
    this.#reports.health(health, nowMs);
    await this.#tellNews(health);
    const { dropped = 0, late = 0, underruns = 0, avOffsetMsP95 } = vitals.pulse ?? {};
    this.#offsetMs = avOffsetMsP95 ?? this.#offsetMs;
    const offset = this.#offsetMs === undefined ? {} : { avOffsetMsP95: this.#offsetMs };
    this.#reports.telemetry("stage", { dropped, late, underruns, ...offset }, nowMs);
    const before = this.#duty;
    this.#duty = this.#dutyNow();
    const isOther = before.rests !== this.#duty.rests || before.volume !== this.#duty.volume;
    return { restart: this.#restart, applies: demand === "hot" || isOther, looked: true };
  }

  #dutyNow(): Duty {
    const stamps = this.#stamps;
    const time = this.#knowsTime() ? stamps.localTime(stamps.wallMs()) : undefined;
    return dutyAt(this.#settings.config, time);
  }

  #proof({ findings, connected }: View): Proof {
    const { pulse, facts } = this.#monitor.vitals;
    const { device } = this.#settings.config.audio;
    // Where a certain loudspeaker was asked for, silence in its place is not what was asked for.
    const silenced = facts?.audio === "silent" && device !== "silent" && device !== "auto";
    const well = !findings.some(({ code }) => code.startsWith("STAGE_"));
    return {
      connected,
      picture: well && pulse !== undefined && pulse.displayFault === undefined,
      sound: well && !silenced && pulse !== undefined && pulse.audioFault === undefined,
    };
  }

  #health({ health }: View): Health {
    const conflict = this.#settings.report().errors.some(({ code }) => code === "VERSION_CONFLICT");
    if (!conflict) return health;
    const finding = { code: "CONFIG_VERSION_CONFLICT", critical: true };
    return { level: "critical", findings: [finding, ...health.findings] };
  }

  /** Each finding is an event when it comes and when it is over. */
  async #tellNews({ findings }: Health): Promise<void> {
    const wallMs = this.#stamps.wallMs();
    const present = new Set(findings.map(({ code }) => code));
    for (const { code, critical } of findings) {
      if (this.#known.has(code)) continue;
      const severity = critical ? "critical" : "warning";
      await this.#reports.event({ severity, code, wallMs, detail: { over: false } });
    }
    for (const code of this.#known) {
      if (present.has(code)) continue;
      await this.#reports.event({ severity: "info", code, wallMs, detail: { over: true } });
    }
    this.#known = present;
  }
}
