import type { Config } from "../config/config.ts";
import type { Board } from "../drivers/board/board.ts";
import type { Bus } from "../drivers/bus/bus.ts";
import type { Clock, Stamps } from "../drivers/clock/clock.ts";
import type { Decoder } from "../drivers/decoder/decoder.ts";
import type { Disk } from "../drivers/disk/disk.ts";
import type { Enquiry } from "../drivers/enquiry/enquiry.ts";
import type { Network } from "../drivers/inference/inference.ts";
import type { Media } from "../drivers/media/media.ts";
import type { Supervisor } from "../drivers/supervisor/supervisor.ts";
import type { Thread } from "../drivers/thread/thread.ts";
import type { Upload } from "../drivers/upload/upload.ts";
import type { Voice } from "../drivers/voice/voice.ts";
import { Desk } from "./desk/desk.ts";
import { Ears, type EarsParts } from "./desk/ears.ts";
import type { Reader } from "./desk/reader.ts";
import { Speaker } from "./desk/speaker.ts";
import { showBench } from "./diagnostics/bench.ts";
import type { Door, Monitor } from "./diagnostics/monitor.ts";
import type { Trace } from "./diagnostics/trace.ts";
import type { Identity } from "./fleet/identity.ts";
import { FleetSession } from "./fleet/session.ts";
import type { JobEvent } from "./job/job.ts";
import { Jobs } from "./job/jobs.ts";
import { Bell, loop } from "./loop.ts";
import type { Duty } from "./schedule/timetable.ts";
import type { Settings } from "./settings/settings.ts";
import type { FromStage, ToStage } from "./stage/messages.ts";
import type { Verdict } from "./tier/verdict.ts";
import type { Content } from "./wiring/content.ts";
import { Intake } from "./wiring/intake.ts";
import { Lull } from "./wiring/lull.ts";
import { longCommands, type Orders, shortCommands } from "./wiring/orders.ts";
import { describeDevice } from "./wiring/passport.ts";
import { openReporting, type Reporting } from "./wiring/reporting.ts";
import { Shutter } from "./wiring/shutter.ts";
import { Signs } from "./wiring/signs.ts";
import { watchStage } from "./wiring/stage-watch.ts";
import { Theatre } from "./wiring/theatre.ts";
import type { Troupe } from "./wiring/troupe.ts";
import { Upkeep } from "./wiring/upkeep.ts";

/** The drivers of the desk's thread and who the device is; picked by the entry. */
export interface Parts {
  readonly board: Board;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly voice: Voice;
  /** Sound that jobs name, and how it is read. */
  readonly media: Media;
  readonly decoder: Decoder;
  readonly stage: Thread<ToStage, FromStage>;
  readonly supervisor: Supervisor;
  readonly upload: Upload;
  /** Asks the studio for leases. */
  readonly enquiry: Enquiry;
  readonly identity: Identity;
  readonly monitor: Monitor;
  readonly trace: Trace;
  /** Who can be shown. */
  readonly troupe: Troupe;
  /** The avatars that the fleet desires. */
  readonly content: Content;
  /** The program's version. */
  readonly version: string;
  /** What this board was judged to sustain; undefined where nobody asked. */
  readonly verdict: Verdict | undefined;
  setLog(level: Config["log"]): void;
  /** Opens the speech model, for sound whose phonemes nobody knows. */
  speechModel(): Promise<Network>;
  /** Knows what shapes a text makes, for sound that comes with its text. */
  readonly reader: Reader;
  /** Packs a bundle for support in a process of its own. */
  bundle(): Promise<Uint8Array>;
  /** What the doctor finds, in a process of its own. */
  examine(): Promise<readonly unknown[]>;
  /** Restarts the board. */
  reboot(): Promise<void>;
}

/**
 * Puts the parts of one kiosk together and turns them until `stop` aborts or new parts are wanted:
 * bus -> jobs -> desk -> speaker -> stage, and the jobs' events back to the bus. Knows everybody,
 * decides nothing.
 */
export async function runKiosk(
  settings: Settings,
  parts: Parts,
  stop: AbortSignal,
): Promise<"stopped" | "restart"> {
  const { clock, stamps, disk, stage, identity, monitor, trace } = parts;
  const bell = new Bell();
  const again = new AbortController();
  const { vitals } = monitor;
  const { jobs, events } = await Jobs.open(disk, trace, stamps, clock.monotonicMs());
  const { content } = parts;
  const { reports, unheard } = await openReporting(settings, parts);
  const knowsTime = () => identity.clock === "synced";
  const upkeep = new Upkeep(settings, reports, { monitor, stamps, knowsTime });
  const post = (message: ToStage): void => stage.post(message);
  const shutter = new Shutter(post, clock);
  await using ears = new Ears(earsOf(parts), post);
  const ring = () => bell.ring();
  const intake = new Intake(settings, jobs, parts, ring);
  const { lang } = settings.config.voice;
  const speaker = new Speaker(intake.sources, lang, (part) => ears.post(part), ring);
  const lull = new Lull();
  const inform = () => session.refresh();
  using signs = await Signs.open(settings, { ...parts, knowsTime, reports, post, inform });
  const orders = ordersOf(settings, parts, { upkeep, shutter, lull });
  using session = sessionOf(settings, parts, { signs, intake, orders, reports, unheard, ring });
  const desk = new Desk(jobs, speaker, trace, (changes) => session.publish(changes));
  settings.onReport((report) => reports.configuration(report));
  content.follow(reports);
  monitor.door = doorOf((payload) => intake.submitOwn(payload), session, { shutter, stage });
  const theatre = new Theatre(settings, upkeep, { ...parts, vitals, reports, post });
  desk.mayBegin = (job) => theatre.isSetFor(job);
  const refresh = (): void => {
    signs.forget();
    apply(settings.config, upkeep.duty, parts, speaker);
  };
  watchStage(parts, { shutter, theatre, speaker, session, bell, refresh });
  refresh();
  session.publish(events);
  await loop(turn, clock, bell, AbortSignal.any([stop, again.signal]));
  await session.keep("all");
  settings.onReport(() => {});
  content.follow(undefined);
  monitor.door = undefined;
  return stop.aborted ? "stopped" : "restart";

  async function turn(nowMs: number): Promise<number> {
    const deskMs = await desk.turn(nowMs);
    const streaming = intake.turn(nowMs);
    session.publish(streaming.events);
    tellNow(jobs, session, monitor, nowMs);
    await signs.turn(nowMs);
    const { restart, applies, looked } = await upkeep.turn(nowMs);
    if (looked) content.turn(nowMs);
    if (looked) await session.keep();
    lull.look(jobs.current !== undefined);
    if (applies) apply(settings.config, upkeep.duty, parts, speaker);
    theatre.turn(jobs, nowMs);
    desk.hold = restart !== "never" || lull.claimed;
    if (restart === "now" || (restart === "when idle" && !jobs.current)) again.abort();
    return Math.min(deskMs, streaming.nextMs);
  }
}

function describe({ version, voice, monitor, verdict }: Parts) {
  return describeDevice(version, voice.name, monitor.vitals.facts, verdict);
}

/** The device on the bus, with everything that the fleet may ask of it. */
function sessionOf(
  settings: Settings,
  parts: Parts,
  { signs, intake, orders, reports, unheard, ring }: Hands,
): FleetSession {
  const { bus, identity, trace, content } = parts;
  const { vitals } = parts.monitor;
  return new FleetSession(bus, identity, trace, {
    ...intake.handlers(),
    state: () => vitals.state,
    info: () => signs.signed(describe(parts)),
    configure: (payload) => settings.receive(payload).finally(ring),
    equip: (payload) => content.receive(payload).finally(ring),
    outbox: unheard,
    echoed: () => vitals.echoed(),
    host: (payload) => reports.host(payload),
    commands: { short: shortCommands(orders), long: longCommands(orders) },
  });
}

/** Who does what the fleet asks. */
interface Hands extends Reporting {
  readonly signs: Signs;
  readonly intake: Intake;
  readonly orders: Orders;
  ring(): void;
}

/** Says what the desk is at, to the fleet and to who watches over it. */
function tellNow(jobs: Jobs, session: FleetSession, monitor: Monitor, nowMs: number): void {
  const { current, depth } = jobs;
  const now = { jobId: current?.job.id ?? null, state: current?.state ?? "idle", depth } as const;
  session.show(now, nowMs);
  monitor.look(now, session.connected, nowMs);
  if (monitor.vitals.echoDue(nowMs)) session.echo();
}

function earsOf({ speechModel, reader, trace }: Parts): EarsParts {
  return { model: speechModel, read: (spoken) => reader.read(spoken), trace };
}

/** Hands the settings that need no new start to whom they concern. */
function apply(
  { scene, voice, log }: Config,
  { volume, rests }: Duty,
  parts: Parts,
  speaker: Speaker,
): void {
  parts.stage.post({ kind: "apply", volume, rests, scene });
  speaker.configure(voice.lang, scene.captions);
  parts.setLog(log);
}

/** What a technician does goes the same way as every job. */
function doorOf(
  submit: (payload: Uint8Array) => Promise<readonly JobEvent[]>,
  session: FleetSession,
  { shutter, stage }: { shutter: Shutter; stage: Parts["stage"] },
): Door {
  return {
    bench: (card) => stage.post({ kind: "bench", card }),
    async say(text) {
      const told = await submit(new TextEncoder().encode(JSON.stringify({ kind: "text", text })));
      session.publish(told);
      const [event] = told;
      const reason = event?.errors?.[0]?.message;
      if (reason !== undefined || !event?.jobId) throw new Error(reason ?? "Cannot say it");
      return event.jobId;
    },
    shoot: (share) => shutter.picture(share),
  };
}

function ordersOf(
  settings: Settings,
  { stage, setLog, reboot, bundle, examine, monitor, upload }: Parts,
  { upkeep, shutter, lull }: { upkeep: Upkeep; shutter: Shutter; lull: Lull },
): Orders {
  return {
    config: () => settings.config,
    pose: (name) => stage.post({ kind: "pose", ...(name === undefined ? {} : { name }) }),
    banner: (text, forMs) => stage.post({ kind: "banner", text, forMs }),
    shoot: (charsMax) => shutter.shoot(charsMax),
    restart: (force) => upkeep.askRestart(force),
    bench: () => showBench(monitor, settings.config.device),
    findings: () => monitor.view.findings,
    setLog,
    examine,
    bundle,
    // The claim of a reboot that is on its way is never given back: nobody begins to speak.
    async reboot(force) {
      const claim = await lull.claim(force);
      await reboot().catch((error) => {
        claim[Symbol.dispose]();
        throw error;
      });
    },
    upload,
  };
}
