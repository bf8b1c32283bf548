import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { boardOf } from "../config/boards/known.ts";
import { type Config, type SettledConfig, withTier } from "../config/config.ts";
import { LinuxBoard } from "../drivers/board/linux.ts";
import { readProcessor } from "../drivers/board/processor.ts";
import type { Clock, Stamps } from "../drivers/clock/clock.ts";
import { systemStamps } from "../drivers/clock/stamps.ts";
import { systemClock } from "../drivers/clock/system.ts";
import { anyDecoder } from "../drivers/decoder/any.ts";
import type { Disk } from "../drivers/disk/disk.ts";
import { LocalDisk } from "../drivers/disk/local.ts";
import { holdTerminal } from "../drivers/display/terminal.ts";
import { httpsEnquiry } from "../drivers/enquiry/https.ts";
import type { Network } from "../drivers/inference/inference.ts";
import { OnnxInference } from "../drivers/inference/onnx.ts";
import { EvdevInput } from "../drivers/input/evdev.ts";
import { allowedMedia } from "../drivers/media/allowed.ts";
import type { Supervisor } from "../drivers/supervisor/supervisor.ts";
import { openSupervisor } from "../drivers/supervisor/systemd.ts";
import { collect, settle as settleMemory } from "../drivers/thread/settle.ts";
import { WorkerThread } from "../drivers/thread/worker.ts";
import { httpsUpload } from "../drivers/upload/https.ts";
import { AbsentVoice } from "../drivers/voice/absent.ts";
import { openEspeak } from "../drivers/voice/espeak.ts";
import { Reader } from "./desk/reader.ts";
import { Metrics } from "./diagnostics/metrics.ts";
import { Monitor } from "./diagnostics/monitor.ts";
import { Redactor } from "./diagnostics/redact.ts";
import { Throttle } from "./diagnostics/throttle.ts";
import { type Trace, type TraceEvent, TraceRing } from "./diagnostics/trace.ts";
import { Identity } from "./fleet/identity.ts";
import { runKiosk } from "./kiosk.ts";
import { levelOf } from "./log.ts";
import { type Layer, settle } from "./settings/layers.ts";
import { Settings } from "./settings/settings.ts";
import type { FromStage, ToStage } from "./stage/messages.ts";
import type { StageSetup } from "./stage-main.ts";
import { circumstancesOf } from "./tier/circumstances.ts";
import { openContent } from "./wiring/avatars.ts";
import { openBus, renewOnChange } from "./wiring/bus.ts";
import { castFor } from "./wiring/cast.ts";
import { followFingers } from "./wiring/fingers.ts";
import { type Court, settleTier } from "./wiring/judged.ts";
import { openOffice } from "./wiring/office.ts";
import { askDoctor, packBundle, reboot } from "./wiring/programs.ts";
import type { Troupe } from "./wiring/troupe.ts";
import { voiceOf } from "./wiring/voices.ts";

const root = dirname(import.meta.dirname);
const version = readVersion();

/**
 * Runs one kiosk until `stop` aborts: the stage in a thread of its own, the desk in this one. With
 * `film` it also writes what is shown and heard to that file, which is whole when this resolves.
 * `onTrace` sees every event, whatever the log is told to leave out.
 */
export async function run(
  layers: readonly Layer[],
  stop: AbortSignal,
  film?: string,
  onTrace: (event: TraceEvent) => void = () => {},
): Promise<void> {
  await using lasting = new AsyncDisposableStack();
  const { log, state, display } = settle(layers).config;
  const clock = systemClock();
  const stamps = systemStamps(clock);
  const { trace, setLog } = openTrace(log, onTrace);
  trace.note({ area: "start", kind: "program", atMs: performance.timeOrigin + performance.now() });
  trace.note({ area: "board", kind: "recognised", ...recogniseBoard() });
  if (display.driver.startsWith("drm")) lasting.use(clearTerminal(trace));
  const disk = new LocalDisk(state);
  const supervisor = lasting.use(superviseBy(trace));
  const settings = await Settings.open({ disk, trace, stamps }, layers);
  const house = { clock, stamps, disk, trace, setLog, supervisor };
  let end: "stopped" | "restart";
  do {
    await settings.start(clock.monotonicMs());
    end = await runOnce(settings, house, { stop, ...(film === undefined ? {} : { film }) });
  } while (end === "restart");
}

/** One life of the parts that a change of the settings replaces. */
async function runOnce(
  settings: Settings,
  house: House,
  { stop, film }: { stop: AbortSignal; film?: string },
): Promise<"stopped" | "restart"> {
  await using parts = new AsyncDisposableStack();
  const { config } = settings;
  const { clock, trace } = house;
  const judged = await settleTier(config, courtOf(config, house));
  const identity = await openIdentity(config, house);
  const metrics = new Metrics(version);
  const monitor = new Monitor(clock.monotonicMs(), trace, (pulse) => metrics.pulse(pulse));
  const now = () => withTier(settings.config, judged.config.avatar.tier);
  const knowsTime = () => identity.clock === "synced";
  const content = parts.use(await openContent(root, now, { ...house, monitor, knowsTime }));
  const { troupe } = content;
  const stage = parts.use(openStage(judged.config, troupe, film));
  const bus = parts.use(openBus(config, identity, trace));
  parts.defer(renewOnChange(config, bus));
  const { vitals } = monitor;
  const onFallback = (reason: string | undefined) => vitals.voiceReplaced(reason);
  const native = join(root, "build/native");
  const voice = parts.use(await voiceOf(config, { clock, trace, native, onFallback }));
  if (voice instanceof AbsentVoice) vitals.voiceAbsent(voice.reason);
  const sound = { media: allowedMedia(config.speech.audioSources), decoder: anyDecoder() };
  const enquiry = httpsEnquiry({ caFile: config.licence.caFile });
  const outside = { bus, enquiry, upload: httpsUpload(), board: new LinuxBoard() };
  const show = { stage, troupe, content };
  const drivers = { ...house, ...outside, ...show, voice, reboot, version, ...sound };
  const bundle = () => packBundle(root, config);
  const examine = () => askDoctor(root, config);
  const speechModel = () => openSpeechModel(monitor);
  const reader = parts.use(new Reader(() => openEspeak(join(root, "build/native/bin/espeak"), {})));
  const post = (message: ToStage) => stage.post(message);
  followFingers(parts.use(openInput(trace)), { device: config.device, monitor, trace, post });
  parts.use(await openOffice(settings, { monitor, metrics, ...house, version }));
  const calm = setTimeout(settleMemory, settleAfterMs);
  parts.defer(() => clearTimeout(calm));
  const tidying = setInterval(collect, collectEveryMs);
  parts.defer(() => clearInterval(tidying));
  const end = await runKiosk(
    settings,
    {
      ...drivers,
      bundle,
      examine,
      speechModel,
      reader,
      identity,
      monitor,
      verdict: judged.verdict,
    },
    stop,
  );
  if (end === "stopped") house.supervisor.stopping();
  stage.post({ kind: "close" });
  await stage.ended();
  return end;
}

function openTrace(log: Config["log"], onTrace: (event: TraceEvent) => void) {
  const logger = pino({ level: log, base: null });
  const redactor = new Redactor();
  const throttle = new Throttle();
  const trace = new TraceRing((event) => {
    onTrace(event);
    const level = levelOf(event);
    if (!logger.isLevelEnabled(level)) return;
    const written = throttle.pass(event, performance.now());
    if (written) logger[level](redactor.value(written), `${event.area}: ${event.kind}`);
  });
  const setLog = (level: Config["log"]): void => {
    logger.level = level;
  };
  return { trace, setLog };
}

/** Who starts it by hand, away from the board's own terminals, has no console to clear. */
function clearTerminal(trace: Trace): Disposable | undefined {
  const held = holdTerminal(join(root, "build/native"));
  if (typeof held !== "string") return held;
  trace.note({ area: "display", kind: "terminal-kept", reason: held });
  return undefined;
}

/** What is known of the board goes into the trace, for whoever reads a report from afar. */
function recogniseBoard(): { model: string; board: string; quirks: readonly string[] } {
  const places = ["/proc/device-tree/model", "/sys/class/dmi/id/product_name"];
  const place = places.find((file) => existsSync(file));
  const model = place === undefined ? "" : readFileSync(place, "utf8").replace(/[\0\n]/g, "");
  const { name, quirks } = boardOf(model, process.arch === "arm64" ? "arm64" : "x64");
  return { model, board: name, quirks: quirks.map(({ what }) => what) };
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

function openStage(
  config: SettledConfig,
  troupe: Troupe,
  film: string | undefined,
): WorkerThread<ToStage, FromStage> {
  const { id, tier } = config.avatar;
  const wishes = { job: undefined, scheduled: undefined, configured: id };
  const first = castFor(wishes, troupe, tier, () => false);
  const setup: StageSetup = {
    config,
    root,
    ...(first ? { first } : {}),
    ...(film === undefined ? {} : { film }),
  };
  return new WorkerThread(new URL("./stage-main.ts", import.meta.url), setup);
}

/** Who judges this board: the program that a technician would run, kept by the same disk. */
function courtOf({ avatar, tier, state }: Config, { disk, trace }: House): Court {
  const folders = [avatar.folder, join(root, "config/avatars")].filter(
    (path) => path !== undefined,
  );
  const manifest = folders.map((path) => join(path, avatar.id, "manifest.json")).find(existsSync);
  const program = `${version} on Node ${process.versions.node}`;
  const circumstances = async () =>
    circumstancesOf(
      await readProcessor(),
      manifest === undefined ? undefined : readFileSync(manifest),
      program,
    );
  const wishes = { FRONTDESK_AVATAR_ID: avatar.id, FRONTDESK_AVATAR_FOLDER: avatar.folder };
  const lists = {
    FRONTDESK_TIER_ALLOW: JSON.stringify(tier.allow),
    FRONTDESK_TIER_DENY: JSON.stringify(tier.deny),
  };
  const judge = async () => {
    const env = { ...process.env, ...wishes, ...lists };
    const args = ["profile", "--json", "--state", state];
    await promisify(execFile)(join(root, "scripts/frontdesk"), args, { env, timeout: 30_000 });
  };
  return { disk, trace, circumstances, judge };
}

/** Without it the mouth follows loudness and bands, and the technician is told. */
async function openSpeechModel({ vitals }: Monitor): Promise<Network> {
  const file = join(root, "config/models/speech/speech.onnx");
  try {
    return await new OnnxInference().open(await readFile(file));
  } catch (error) {
    vitals.modelAbsent(existsSync(file), error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** By then a start is over on the slowest board. */
const settleAfterMs = 20_000;
/** A thousand jobs leave 8 MB behind for the collector; the stage's thread does not wait for it. */
const collectEveryMs = 120_000;

function openInput(trace: Trace): EvdevInput {
  return new EvdevInput({
    helperPath: join(root, "build/native/bin/evdev"),
    folder: "/dev/input",
    onTrouble: (reason) => trace.note({ area: "input", kind: "unheard", reason }),
  });
}

/** What outlives a change of the settings. */
interface House {
  readonly clock: Clock;
  readonly stamps: Stamps;
  readonly disk: Disk;
  readonly trace: TraceRing;
  readonly supervisor: Supervisor;
  setLog(level: Config["log"]): void;
}

function openIdentity(
  { device, fleet, clock: source }: Config,
  { stamps, disk, trace }: House,
): Promise<Identity> {
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const synced = () => source === "board" || existsSync("/run/systemd/timesync/synchronized");
  const who = { root: fleet.root, device, boot };
  const clock = () => (synced() ? "synced" : "unsynced");
  return Identity.open({ ...who, clock }, stamps, disk, trace);
}

function readVersion(): string {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
