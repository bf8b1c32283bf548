import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { SettledConfig } from "../config/config.ts";
import { framesPerSecond, tiers } from "../config/tiers.ts";
import { type AudioChoice, openAudio } from "../drivers/audio/choose.ts";
import { SilentAudio } from "../drivers/audio/silent.ts";
import { systemClock } from "../drivers/clock/system.ts";
import { openIfThere, readIfThere } from "../drivers/disk/reading.ts";
import { chooseDisplay } from "../drivers/display/choose.ts";
import { openDisplay } from "../drivers/display/raylib.ts";
import { OnnxInference } from "../drivers/inference/onnx.ts";
import type { Pictures } from "../drivers/picture/picture.ts";
import { sharpPictures } from "../drivers/picture/sharp.ts";
import { nativePixels } from "../drivers/pixels/native.ts";
import { openFfmpegRecorder } from "../drivers/recorder/ffmpeg.ts";
import { type LiveOutput, openLiveRecorder } from "../drivers/recorder/live.ts";
import { collect, settle } from "../drivers/thread/settle.ts";
import type { TraceEvent } from "./diagnostics/trace.ts";
import { Bell, loop } from "./loop.ts";
import type { Casting } from "./stage/cast.ts";
import { Film } from "./stage/film.ts";
import type { FromStage, StageFacts, ToStage } from "./stage/messages.ts";
import type { Screen } from "./stage/screen.ts";
import { takeScreenshot } from "./stage/screenshot.ts";
import { Show } from "./stage/show.ts";

/** What the stage's thread is started with. */
export interface StageSetup {
  readonly config: SettledConfig;
  /** The folder of the checkout or package: native parts and shipped avatars lie below it. */
  readonly root: string;
  /** Where to write a film, when one is wanted. */
  readonly film?: string;
  /** Where what is shown and heard goes as it comes, instead of into a film. */
  readonly live?: LiveOutput;
  /** Whom to begin with; absent: the configured avatar. */
  readonly first?: Casting;
}

// Before all else: the top level waits for the whole performance.
const collectAfterMs = 2_000;
/** When to collect an avatar that is gone: its buffers are large, and few. */
let collectMs = Number.POSITIVE_INFINITY;

await perform(workerData as StageSetup);

/** Opens screen, loudspeaker and avatar, turns the stage until it is told to close, and closes. */
async function perform(setup: StageSetup): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const clock = systemClock();
  const bell = new Bell();
  const stop = new AbortController();
  const inbox: ToStage[] = [];
  parentPort?.on("message", (message: ToStage) => {
    inbox.push(message);
    bell.ring();
  });
  step("stage");
  const { screen, facts } = await openScreen(setup, parts);
  const pictures = sharpPictures();
  const place = {
    trace: { note: (event: TraceEvent) => send({ kind: "trace", event }) },
    pictures,
    pixels: nativePixels(join(setup.root, "build/native")),
    inference: new OnnxInference(),
    files: { read: readIfThere, openFile: openIfThere },
    avatars: [setup.config.avatar.folder, join(setup.root, "config/avatars")],
    breathe: () => setImmediate(),
  };
  const { config, first } = setup;
  const house = { config, screen, place, facts, ...(first ? { first } : {}) };
  const show = parts.use(await Show.open(house, send));
  settle();
  step("avatar");
  let begun = false;

  const turn = async (nowMs: number): Promise<number> => {
    for (const message of inbox.splice(0)) {
      show.receive(message);
      if (message.kind === "apply") screen.audio.setVolume(message.volume);
      if (message.kind === "screenshot") void shoot(screen.display, pictures, message);
      if (message.kind === "close") stop.abort();
    }
    const nextMs = show.turn(nowMs);
    if (!begun) step("picture");
    begun = true;
    if (nowMs >= collectMs && !show.isSpeaking) collectNow();
    await show.prepare();
    show.spent(clock.monotonicMs() - nowMs);
    return nextMs;
  };
  await loop(turn, clock, bell, stop.signal);
  await parts.disposeAsync();
  send({ kind: "closed" });
  parentPort?.close();
}

async function openScreen(setup: StageSetup, parts: AsyncDisposableStack) {
  const { config, root } = setup;
  const native = join(root, "build/native");
  const { driver, mode, rotation, overscan, ...wished } = config.display;
  const wish = { mode, rotation, overscan };
  const size = { ...tiers[config.avatar.tier], ...wished };
  const choice = await chooseDisplay(native, driver, size, wish);
  const display = parts.use(openDisplay(native, choice.flavour, choice, wish));
  step("display");
  const sound = await openSound(config.audio.device, join(native, "bin/alsa"));
  const audio = parts.use(sound.audio);
  audio.setVolume(config.audio.volume);
  step("sound");
  const screen: Screen = { display, audio, ...(await openFilm(setup, display, parts)) };
  const refused = (tried: readonly { reason: string }[]) => tried.map(({ reason }) => reason);
  const facts: Omit<StageFacts, "avatar"> = {
    display: display.name,
    displaysRefused: refused(choice.refused),
    audio: audio.name,
    audioRefused: refused(sound.refused),
    tier: config.avatar.tier,
    width: display.width,
    height: display.height,
    framesPerSecond,
  };
  return { screen, facts };
}

/** A greeter without her loudspeaker is still seen and read; why she is not heard is told. */
async function openSound(wish: string, helperPath: string): Promise<AudioChoice> {
  const clock = systemClock();
  try {
    return await openAudio(wish, { helperPath, clock });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    send({ kind: "trace", event: { area: "stage", kind: "audio-refused", reason } });
    return { audio: new SilentAudio(clock), refused: [{ device: wish, reason }] };
  }
}

async function openFilm(
  { film, live }: StageSetup,
  display: Screen["display"],
  parts: AsyncDisposableStack,
): Promise<{ film?: Film }> {
  if (live) return { film: new Film(parts.use(await openLiveRecorder(live, display)), display) };
  if (film === undefined) return {};
  return { film: new Film(parts.use(await openFfmpegRecorder(film, display)), display) };
}

async function shoot(
  display: Screen["display"],
  pictures: Pictures,
  { request, ...wish }: Extract<ToStage, { kind: "screenshot" }>,
): Promise<void> {
  const shot = await takeScreenshot(display, pictures, wish);
  send({ kind: "screenshot", request, shot });
}

/** A step of the start is done; the times are on one clock with those of the daemon. */
function step(kind: string): void {
  const atMs = performance.timeOrigin + performance.now();
  send({ kind: "trace", event: { area: "start", kind, atMs } });
}

function send(message: FromStage): void {
  parentPort?.postMessage(message);
  if (message.kind === "avatar-shown") collectMs = systemClock().monotonicMs() + collectAfterMs;
}

/** A frame may be late for it: never while somebody is spoken to. */
function collectNow(): void {
  collectMs = Number.POSITIVE_INFINITY;
  collect();
}
