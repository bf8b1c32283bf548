import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pino } from "pino";
import type { Config } from "../config/config.ts";
import { MqttBus } from "../drivers/bus/mqtt.ts";
import type { Clock, Stamps } from "../drivers/clock/clock.ts";
import { systemStamps } from "../drivers/clock/stamps.ts";
import { systemClock } from "../drivers/clock/system.ts";
import type { Disk } from "../drivers/disk/disk.ts";
import { LocalDisk } from "../drivers/disk/local.ts";
import type { Supervisor } from "../drivers/supervisor/supervisor.ts";
import { openSupervisor } from "../drivers/supervisor/systemd.ts";
import { WorkerThread } from "../drivers/thread/worker.ts";
import { AbsentVoice } from "../drivers/voice/absent.ts";
import { openEspeak } from "../drivers/voice/espeak.ts";
import { ScriptedVoice } from "../drivers/voice/scripted.ts";
import { type Voice, VoiceError } from "../drivers/voice/voice.ts";
import { Monitor } from "./diagnostics/monitor.ts";
import { type Trace, TraceRing } from "./diagnostics/trace.ts";
import { Identity } from "./fleet/identity.ts";
import { runKiosk } from "./kiosk.ts";
import { levelOf } from "./log.ts";
import type { FromStage, ToStage } from "./stage/messages.ts";
import type { StageSetup } from "./stage-main.ts";

const root = dirname(import.meta.dirname);

/**
 * Runs one kiosk until `stop` aborts: the stage in a thread of its own, the desk in this one. With
 * `film` it also writes what is shown and heard to that file, which is whole when this resolves.
 */
export async function run(config: Config, stop: AbortSignal, film?: string): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const clock = systemClock();
  const stamps = systemStamps(clock);
  const trace = openTrace(config);
  const disk = new LocalDisk(config.state);
  const supervisor = parts.use(superviseBy(trace));
  const stage = parts.use(openStage(config, film));
  const voice = parts.use(await openVoice(config, clock, trace));
  const identity = await openIdentity(config, { stamps, disk, trace });
  const bus = parts.use(openBus(config, identity, trace));
  const drivers = { bus, clock, stamps, disk, voice, stage, supervisor };
  const monitor = new Monitor(clock.monotonicMs(), trace);
  if (voice instanceof AbsentVoice) monitor.vitals.voiceAbsent(voice.name);
  await runKiosk(config, { ...drivers, identity, monitor, trace }, stop);
  supervisor.stopping();
  stage.post({ kind: "close" });
  await stage.ended();
}

function openTrace({ log }: Config): Trace {
  const logger = pino({ level: log, base: null });
  return new TraceRing((event) => logger[levelOf(event)](event, `${event.area}: ${event.kind}`));
}

function superviseBy(trace: Trace): Supervisor {
  return openSupervisor({
    helperPath: join(root, "build/native/bin/notify"),
    environment: process.env,
    onTrouble: (reason) => trace.note({ area: "supervisor", kind: "unreached", reason }),
    onOverdue: () => {
      trace.note({ area: "supervisor", kind: "start-overdue" });
      process.exit(1);
    },
  });
}

function openStage(config: Config, film: string | undefined): WorkerThread<ToStage, FromStage> {
  const setup: StageSetup = { config, root, ...(film === undefined ? {} : { film }) };
  return new WorkerThread(new URL("./stage-main.ts", import.meta.url), setup);
}

/** A kiosk without its voice still shows its greeter; each job then fails with the reason. */
async function openVoice({ voice }: Config, clock: Clock, trace: Trace): Promise<Voice> {
  if (voice.driver === "scripted") return new ScriptedVoice(clock);
  try {
    const name = voice.name === undefined ? {} : { voice: voice.name };
    return await openEspeak(join(root, "build/native/bin/espeak"), name);
  } catch (error) {
    if (!(error instanceof VoiceError)) throw error;
    trace.note({ area: "speech", kind: "voice-absent", reason: error.message });
    return new AbsentVoice(error.message);
  }
}

interface Desk {
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly trace: Trace;
}

function openIdentity({ device }: Config, { stamps, disk, trace }: Desk): Promise<Identity> {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const synced = (): boolean => existsSync("/run/systemd/timesync/synchronized");
  const who = { root: "frontdesk", device, boot };
  const clock = () => (synced() ? "synced" : "unsynced");
  return Identity.open({ ...who, clock }, stamps, disk, trace);
}

function openBus({ broker, device }: Config, identity: Identity, trace: Trace): MqttBus {
  const { url, username, passwordFile } = broker;
  return new MqttBus({
    url,
    clientId: device,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readFileSync(passwordFile, "utf8").trim() }),
    will: () => identity.will(),
    onTrouble: (trouble) => trace.note({ ...trouble, area: "fleet" }),
  });
}
