import { setTimeout as sleep } from "node:timers/promises";
import { MqttBus } from "../../drivers/bus/mqtt.ts";
import { systemStamps } from "../../drivers/clock/stamps.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Identity } from "../../runtime/fleet/identity.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";
import { FleetSession } from "../../runtime/fleet/session.ts";
import type { KeptEvent } from "../../runtime/fleet/telling.ts";
import type { Job } from "../../runtime/job/job.ts";
import { Jobs } from "../../runtime/job/jobs.ts";

/** What the desk writes down. */
interface Desk {
  readonly trace: TraceRing;
  readonly outbox: Outbox<KeptEvent>;
}

/**
 * The desk's side of a kiosk on a real broker, with a speaker that needs no voice: it speaks each
 * job for as long as it is told to, and remembers what it said.
 */
export class SilentKiosk implements AsyncDisposable {
  readonly trace: TraceRing;
  /** Ids of the jobs that were spoken, in their order. */
  readonly spoken: string[] = [];
  /** In this state the job at hand stays until it is told otherwise. */
  hold: "nowhere" | "preparing" | "speaking" = "nowhere";
  readonly #clock = systemClock();
  readonly #bus: MqttBus;
  readonly #jobs: Jobs;
  readonly #session: FleetSession;
  #on = true;
  #keptMs = 0;
  readonly #loop: Promise<void>;

  constructor(bus: MqttBus, identity: Identity, jobs: Jobs, desk: Desk) {
    const { trace, outbox } = desk;
    this.trace = trace;
    this.#bus = bus;
    this.#jobs = jobs;
    this.#session = new FleetSession(bus, identity, trace, {
      submit: (payload, request) => jobs.submit(payload, request, this.#clock.monotonicMs()),
      cancel: (payload, request) => jobs.cancel(payload, request, this.#clock.monotonicMs()),
      told: (event) => jobs.told(event),
      state: () => "ready",
      outbox,
      info: () => ({ model: "silent" }),
    });
    this.#loop = this.#turn();
  }

  static async start(url: string, device: string, folder: string): Promise<SilentKiosk> {
    const clock = systemClock();
    const stamps = systemStamps(clock);
    const disk = await LocalDisk.open(folder);
    const trace = new TraceRing();
    const who = { root: "frontdesk", device, boot: "test", clock: () => "synced" as const };
    const identity = await Identity.open(who, stamps, disk, trace);
    const bus = new MqttBus({ url, clientId: device, will: () => identity.will() });
    const { jobs, events } = await Jobs.open(disk, trace, stamps, clock.monotonicMs());
    const outbox = await Outbox.open<KeptEvent>(disk, trace, "events.log");
    const kiosk = new SilentKiosk(bus, identity, jobs, { trace, outbox });
    kiosk.#session.publish(events);
    return kiosk;
  }

  get connected(): boolean {
    return this.#session.connected;
  }

  get depth(): number {
    return this.#jobs.depth;
  }

  /** The job at hand, if it is in this state. */
  at(state: "preparing" | "speaking"): string | undefined {
    const { current } = this.#jobs;
    return current?.state === state ? current.job.id : undefined;
  }

  /** Stops mid-word; with its line cut before, as a power cut would. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#on = false;
    await this.#loop;
    this.#session[Symbol.dispose]();
    await this.#bus[Symbol.asyncDispose]();
  }

  async #turn(): Promise<void> {
    while (this.#on) {
      const nowMs = this.#clock.monotonicMs();
      this.#session.publish(await this.#jobs.expire(nowMs));
      const next = await this.#jobs.next(nowMs);
      if (next) this.#session.publish([next.event]);
      if (next) await this.#speak(next.job);
      const { current, depth } = this.#jobs;
      const state = current?.state ?? "idle";
      this.#session.show({ jobId: current?.job.id ?? null, state, depth }, nowMs);
      if (nowMs - this.#keptMs >= 1_000) await this.#keep(nowMs);
      await sleep(2);
    }
  }

  async #keep(nowMs: number): Promise<void> {
    this.#keptMs = nowMs;
    await this.#session.keep();
  }

  async #speak({ id }: Job): Promise<void> {
    await this.#stay("preparing");
    if (this.#on && !this.#jobs.mustStop()) {
      await this.#step(id, "speaking");
      this.spoken.push(id);
      await this.#stay("speaking");
    }
    if (this.#on) await this.#step(id, this.#jobs.mustStop()?.state ?? "completed");
  }

  /** At least for a moment. */
  async #stay(state: "preparing" | "speaking"): Promise<void> {
    do {
      const nowMs = this.#clock.monotonicMs();
      this.#session.publish(await this.#jobs.expire(nowMs));
      if (nowMs - this.#keptMs >= 1_000) await this.#keep(nowMs);
      await sleep(2);
    } while (this.hold === state && this.#on && !this.#jobs.mustStop());
  }

  async #step(id: string, state: Parameters<Jobs["advance"]>[1]): Promise<void> {
    this.#session.publish([await this.#jobs.advance(id, state, {}, this.#clock.monotonicMs())]);
  }
}
