import { limits } from "../../config/limits.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { Layer } from "../../runtime/settings/layers.ts";
import type { ConfigReport, Proof } from "../../runtime/settings/report.ts";
import { type Demand, Settings } from "../../runtime/settings/settings.ts";

export const allWell: Proof = { connected: true, picture: true, sound: true };

/** The settings of a device, its disk, and a clock that a test turns. */
export class SettingsWorld {
  readonly clock: ManualClock;
  readonly disk: MemoryDisk;
  readonly trace = new TraceRing();
  readonly reports: ConfigReport[] = [];
  readonly layers: readonly Layer[];
  settings!: Settings;

  constructor(layers: readonly Layer[], disk: MemoryDisk, clock: ManualClock) {
    this.layers = layers;
    this.disk = disk;
    this.clock = clock;
  }

  /** Opens and starts, as a device does that is switched on. */
  static async start(
    layers: readonly Layer[] = [],
    disk = new MemoryDisk(),
    clock = new ManualClock(),
  ): Promise<SettingsWorld> {
    const world = new SettingsWorld(layers, disk, clock);
    const parts = { disk, trace: world.trace, stamps: countedStamps(clock) };
    world.settings = await Settings.open(parts, layers);
    world.settings.onReport((report) => world.reports.push(report));
    await world.settings.start(clock.monotonicMs());
    return world;
  }

  /** The next start of the same device. */
  restart(): Promise<SettingsWorld> {
    return SettingsWorld.start(this.layers, this.disk.restarted(), this.clock);
  }

  push(version: number, config: unknown, more: object = {}): Promise<void> {
    const text = JSON.stringify({ version, config, ...more });
    return this.settings.receive(new TextEncoder().encode(text));
  }

  /** Runs for a while with this to show; restarts its parts when that is asked for. */
  async run(ms: number, proof: Proof = allWell): Promise<Demand[]> {
    const demands: Demand[] = [];
    const untilMs = this.clock.monotonicMs() + ms;
    while (this.clock.monotonicMs() <= untilMs) {
      const demand = await this.settings.turn(proof, this.clock.monotonicMs());
      if (demand !== "none") demands.push(demand);
      if (demand === "restart") await this.settings.start(this.clock.monotonicMs());
      await this.clock.advance(500);
    }
    return demands;
  }

  /** `version state [code]` of each report. */
  get states(): string[] {
    return this.reports.map(({ version, state, errors }) =>
      [version, state, errors[0]?.code].filter((word) => word !== undefined).join(" "),
    );
  }

  static readonly probationMs = limits.probationMsMax + 1_000;
}
