import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Config, type SettledConfig, withTier } from "../../config/config.ts";
import { systemStamps } from "../../drivers/clock/stamps.ts";
import { systemClock } from "../../drivers/clock/system.ts";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import { LocalDisk } from "../../drivers/disk/local.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { allowedMedia } from "../../drivers/media/allowed.ts";
import { openFastify } from "../../drivers/site/fastify.ts";
import { WorkerThread } from "../../drivers/thread/worker.ts";
import { openEspeak } from "../../drivers/voice/espeak.ts";
import { openBroadcast } from "../../drivers/webrtc/werift.ts";
import { Cloud, type Media, type MediaHearers } from "../../runtime/cloud/cloud.ts";
import { Meter } from "../../runtime/cloud/meter.ts";
import {
  type Counter,
  cloudFallback,
  cloudRoutes,
  cloudSockets,
} from "../../runtime/cloud/routes.ts";
import type { SessionWish } from "../../runtime/cloud/session.ts";
import { Reader } from "../../runtime/desk/reader.ts";
import type { Trace } from "../../runtime/diagnostics/trace.ts";
import { Bell, loop } from "../../runtime/loop.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";
import type { StageSetup } from "../../runtime/stage-main.ts";
import { Engine, type EngineParts } from "../../runtime/wiring/cloud.ts";
import { openVoice } from "../../runtime/wiring/voices.ts";
import { openStudio } from "../studio/open.ts";
import { studioLedger } from "./ledger.ts";

const root = join(import.meta.dirname, "../..");

/** Where and how cloud sessions are served. */
export interface CloudPlace {
  readonly host: string;
  readonly port: number;
  /** A file that holds what clients show as `Authorization: Bearer`. */
  readonly keyFile?: string;
  /** Addresses of this host for the streams; none: those of its network cards. */
  readonly mediaHosts: readonly string[];
  readonly mediaPorts?: readonly [number, number];
  readonly sessions: number;
  /** Folder or database of the studio whose hour packages are used; neither: nobody pays. */
  readonly studio?: string;
  readonly database?: string;
  /** Whose packages. */
  readonly account?: string;
}

/** Serves cloud sessions until `stop` aborts; `onReady` hears the address. */
export async function serveCloud(
  config: Config,
  place: CloudPlace,
  { trace, stop }: { readonly trace: Trace; readonly stop: AbortSignal },
  onReady: (url: string) => void,
): Promise<void> {
  const key = readKey(place);
  await using parts = new AsyncDisposableStack();
  const clock = systemClock();
  const { newId } = systemStamps(clock);
  const native = join(root, "build/native");
  const onFallback = () => undefined;
  const voice = parts.use(await openVoice(config, { clock, trace, native, onFallback }));
  const reader = parts.use(new Reader(() => openEspeak(join(native, "bin/espeak"), {})));
  const speechModel = async () => new OnnxInference().open(await readFile(modelFile));
  const sound = { media: allowedMedia(config.speech.audioSources), decoder: anyDecoder() };
  const shared = { clock, trace, newId, voice, reader, speechModel, ...sound };
  const parts720 = { ...shared, lang: config.voice.lang };
  const meter = await openMeter(place, config, trace, parts);
  const cloud = parts.use(
    new Cloud({
      ...{ clock, trace, newId, roomFor: place.sessions, ...(meter ? { meter } : {}) },
      knows: (avatar) =>
        foldersOf(config).some((at) => existsSync(join(at, avatar, "manifest.json"))),
      openMedia: (wish, hearers) => openMedia({ config, place, shared: parts720 }, wish, hearers),
    }),
  );
  const counter: Counter = { cloud, avatar: config.avatar.id, ...(key ? { key } : {}) };
  const onTrouble = (error: unknown): void =>
    trace.note({ area: "cloud", kind: "request-failed", reason: String(error) });
  const { host, port } = place;
  const site = parts.use(
    await openFastify(
      { host, port, behindProxy: false, onTrouble },
      cloudRoutes(counter),
      cloudFallback,
      cloudSockets(counter),
    ),
  );
  onReady(site.url);
  await loop((nowMs) => cloud.turn(nowMs), clock, new Bell(), stop);
}

/** Hours are counted where the server keeps its state, so that a crash costs nobody anything. */
async function openMeter(
  { studio, database, account }: CloudPlace,
  { state }: Config,
  trace: Trace,
  parts: AsyncDisposableStack,
): Promise<Meter | undefined> {
  if (studio === undefined && database === undefined) return undefined;
  if (account === undefined) {
    throw new Error("Cannot meter hours: --account should name whose packages are used");
  }
  const place = { state: studio ?? state, ...(database === undefined ? {} : { database }) };
  const opened = parts.use(await openStudio(place, trace));
  const ledger = studioLedger(opened.studio, account, () => opened.stamps.wallMs());
  return Meter.open({ disk: await LocalDisk.open(state), ledger, trace });
}

const modelFile = join(root, "config/models/speech/speech.onnx");

interface House {
  readonly config: Config;
  readonly place: CloudPlace;
  readonly shared: Omit<EngineParts, "stage">;
}

/** A stage in a thread of its own, at 720p, whose picture goes to viewers instead of a screen. */
async function openMedia(
  { config, place, shared }: House,
  { avatar }: SessionWish,
  hearers: MediaHearers,
): Promise<Media> {
  const { mediaHosts, mediaPorts } = place;
  const ports = mediaPorts ? { ports: mediaPorts } : {};
  const broadcast = await openBroadcast({ hosts: mediaHosts, ...ports });
  const { videoPort, audioPort } = broadcast;
  const setup: StageSetup = {
    config: configFor(config, avatar),
    root,
    live: { kind: "rtp", videoPort, audioPort },
  };
  const file = new URL("../../runtime/stage-main.ts", import.meta.url);
  const stage = new WorkerThread<ToStage, FromStage>(file, setup);
  const engine = new Engine({ ...shared, stage }, hearers);
  return {
    broadcast,
    get isBusy() {
      return engine.isBusy;
    },
    drive: (drive) => engine.drive(drive),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await broadcast[Symbol.asyncDispose]();
    },
  };
}

/** The lightweight cloud avatar is the one at 720p; there is neither screen nor loudspeaker. */
function configFor(config: Config, id: string): SettledConfig {
  const headless = {
    ...config,
    avatar: { ...config.avatar, id },
    display: { ...config.display, driver: "memory" as const },
    audio: { ...config.audio, device: "silent" },
  };
  return withTier(headless, "720p");
}

function foldersOf({ avatar }: Config): readonly string[] {
  const own = join(root, "config/avatars");
  return avatar.folder === undefined ? [own] : [avatar.folder, own];
}

function readKey({ host, keyFile }: CloudPlace): string | undefined {
  if (keyFile !== undefined) return readFileSync(keyFile, "utf8").trim();
  if (["127.0.0.1", "::1", "localhost"].includes(host)) return undefined;
  throw new Error(`Cannot serve on ${host}: anybody could drive, --key-file should name a key`);
}
