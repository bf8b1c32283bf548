import type { Config } from "../config/config.ts";
import type { Bus } from "../drivers/bus/bus.ts";
import type { Clock, Stamps } from "../drivers/clock/clock.ts";
import type { Disk } from "../drivers/disk/disk.ts";
import type { Supervisor } from "../drivers/supervisor/supervisor.ts";
import type { Thread } from "../drivers/thread/thread.ts";
import type { Voice } from "../drivers/voice/voice.ts";
import { Desk } from "./desk/desk.ts";
import { Speaker } from "./desk/speaker.ts";
import type { Monitor } from "./diagnostics/monitor.ts";
import type { Trace } from "./diagnostics/trace.ts";
import type { Identity } from "./fleet/identity.ts";
import { FleetSession } from "./fleet/session.ts";
import { Jobs } from "./job/jobs.ts";
import { Bell, loop } from "./loop.ts";
import type { FromStage, StageFacts, ToStage } from "./stage/messages.ts";

/** The drivers of the desk's thread and who the device is; picked by the entry. */
export interface Parts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly voice: Voice;
  readonly stage: Thread<ToStage, FromStage>;
  readonly supervisor: Supervisor;
  readonly identity: Identity;
  readonly monitor: Monitor;
  readonly trace: Trace;
}

/**
 * Puts the parts of one kiosk together and turns them until `stop` aborts: bus -> jobs -> desk ->
 * speaker -> stage, and the jobs' events back to the bus. Knows everybody, decides nothing.
 */
export async function runKiosk(config: Config, parts: Parts, stop: AbortSignal): Promise<void> {
  const { bus, clock, stamps, disk, voice, stage, supervisor, identity, trace } = parts;
  const { vitals } = parts.monitor;
  const bell = new Bell();
  const { jobs, events } = await Jobs.open(disk, trace, stamps, clock.monotonicMs());
  const speaker = new Speaker(
    voice,
    config.voice.lang,
    (message) => stage.post(message),
    () => bell.ring(),
  );
  let facts: StageFacts | undefined;
  using session = new FleetSession(bus, identity, trace, {
    submit: (payload, request) => rung(jobs.submit(payload, request, clock.monotonicMs())),
    cancel: (payload, request) => rung(jobs.cancel(payload, request, clock.monotonicMs())),
    told: (event) => jobs.told(event),
    echoed: () => vitals.echoed(),
    state: () => (facts ? "ready" : "init"),
    info: () => ({ ...facts, voice: voice.name }),
  });
  const desk = new Desk(jobs, speaker, trace, (changes) => session.publish(changes));

  stage.onMessage((message) => {
    if (message.kind === "ready") {
      facts = message.facts;
      vitals.stageReady(facts, clock.monotonicMs());
      session.refresh();
    }
    if (message.kind === "pulse") {
      vitals.stagePulse(message.pulse, clock.monotonicMs());
      return supervisor.alive();
    }
    if (message.kind === "trace") trace.note(message.event);
    speaker.receive(message);
    bell.ring();
  });
  stage.onLost((reason) => {
    trace.note({ area: "stage", kind: "lost", reason });
    vitals.stageLost(reason, clock.monotonicMs());
    speaker.stageLost();
    bell.ring();
  });
  session.publish(events);
  await loop(turn, clock, bell, stop);

  async function turn(nowMs: number): Promise<number> {
    const nextMs = await desk.turn(nowMs);
    const { current, depth } = jobs;
    const now = { jobId: current?.job.id ?? null, state: current?.state ?? "idle", depth } as const;
    session.show(now, nowMs);
    parts.monitor.look(now, session.connected, nowMs);
    if (vitals.echoDue(nowMs)) session.echo();
    return nextMs;
  }

  /** The desk looks at what came in as soon as it is safe. */
  async function rung<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    bell.ring();
    return result;
  }
}
