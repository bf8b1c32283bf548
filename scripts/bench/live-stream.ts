import { setTimeout as sleep } from "node:timers/promises";
import { samplesPerFrame } from "../../config/sound.ts";
import { framesPerSecond, tiers } from "../../config/tiers.ts";
import { openLiveRecorder } from "../../drivers/recorder/live.ts";
import { openFastify } from "../../drivers/site/fastify.ts";
import type { SiteRequest } from "../../drivers/site/site.ts";
import { openBroadcast } from "../../drivers/webrtc/werift.ts";
import { openBrowser } from "../../test/support/page.ts";
import { BrowserViewer, type Seen } from "./viewer.ts";

/** How flashes and beeps of one moment came out of a browser. */
interface Streamed {
  /** From the frame's hand-over to the encoder to the moment the browser shows it. */
  readonly glassMs: readonly number[];
  /** Sound at the loudspeaker behind picture on the screen; negative: before. */
  readonly offsetMs: readonly number[];
  /** From the receiver to the loudspeaker, which the browser takes into its account. */
  readonly playoutMs: number;
  readonly flashes: number;
  /** Frames that the encoder had no room for. */
  readonly dropped: number;
}

const frameMs = 1000 / framesPerSecond;
/** A flash every so many frames, so that none is taken for another. */
const everyFrames = 30;

/**
 * Streams 720p with a white frame and a beep that begins with it every 1.2 s through the encoder
 * and WebRTC to a browser on this machine, and looks when each comes out.
 */
export async function measureStream(flashes: number): Promise<Streamed> {
  await using parts = new AsyncDisposableStack();
  const size = tiers["720p"];
  const cast = parts.use(await openBroadcast({ hosts: ["127.0.0.1"] }));
  const { videoPort, audioPort } = cast;
  const recorder = parts.use(await openLiveRecorder({ kind: "rtp", videoPort, audioPort }, size));
  const place = { host: "127.0.0.1", port: 0, behindProxy: false, onTrouble: () => {} };
  const answer = async ({ body }: SiteRequest) => {
    const { id, sdp } = await cast.answer(body.kind === "sdp" ? body.text : "");
    return { status: 201, headers: { location: id, "content-type": "application/sdp" }, body: sdp };
  };
  const fallback = async () => ({ status: 200, headers: {}, body: "a page to watch from" });
  const site = parts.use(
    await openFastify(place, [{ method: "POST", path: "/whep", answer }], fallback),
  );
  const browser = await openBrowser();
  parts.defer(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site.url}/`);
  const stop = new AbortController();
  const shown = play(recorder, size, stop.signal);
  const viewer = await BrowserViewer.watch(page, `${site.url}/whep`, [[0.4, 0.4, 0.6, 0.6]]);
  await sleep(settleMs);
  await viewer.clear();
  const fromMs = Date.now();
  await sleep(flashes * everyFrames * frameMs);
  const untilMs = Date.now();
  await sleep(lastMs);
  const seen = await viewer.seen();
  const playoutMs = await viewer.playoutMs();
  stop.abort();
  const { flashesMs, dropped } = await shown;
  const flashed = flashesMs.filter((atMs) => atMs > fromMs && atMs < untilMs);
  return { ...matched(flashed, seen, playoutMs), dropped, playoutMs };
}

/** By then the browser has laid sound and picture on each other, which it does in small steps. */
const settleMs = 20_000;

/** The last flash comes out too. */
const lastMs = 1_000;

type Recorder = Awaited<ReturnType<typeof openLiveRecorder>>;

async function play(
  recorder: Recorder,
  { width, height }: { readonly width: number; readonly height: number },
  stop: AbortSignal,
): Promise<{ flashesMs: number[]; dropped: number }> {
  const dark = new Uint8Array(width * height * 4).fill(40);
  const light = new Uint8Array(width * height * 4).fill(255);
  const silence = new Int16Array(samplesPerFrame);
  const beep = silence.map((_, at) => Math.round(20_000 * Math.sin((at * 2 * Math.PI) / 48)));
  const flashesMs: number[] = [];
  let dropped = 0;
  const beginMs = performance.now();
  for (let frame = 0; !stop.aborted; frame++) {
    await sleep(Math.max(0, beginMs + frame * frameMs - performance.now()));
    const isFlash = frame % everyFrames === 0;
    const taken = recorder.frame(isFlash ? light : dark, isFlash ? beep : silence);
    if (!taken) dropped++;
    else if (isFlash) flashesMs.push(performance.timeOrigin + performance.now());
  }
  return { flashesMs, dropped };
}

function matched(flashesMs: readonly number[], { frames, sounds }: Seen, playoutMs: number) {
  const pictures = risesOf(frames.map(({ atMs, levels }) => ({ atMs, is: levels[0]!.mean > 128 })));
  const onsets = risesOf(
    sounds.map(({ atMs, onsetMs }) => ({ atMs: onsetMs ?? atMs, is: onsetMs !== null })),
  );
  const halfMs = (everyFrames * frameMs) / 2;
  const near = (list: readonly number[], atMs: number, fromMs: number, toMs: number) =>
    list.find((one) => one >= atMs + fromMs && one < atMs + toMs);
  const glassMs: number[] = [];
  const offsetMs: number[] = [];
  for (const atMs of flashesMs) {
    const picture = near(pictures, atMs, 0, 2 * halfMs);
    if (picture === undefined) continue;
    glassMs.push(picture - atMs);
    const sound = near(onsets, picture, -halfMs, halfMs);
    if (sound !== undefined) offsetMs.push(sound + playoutMs - picture);
  }
  return { glassMs, offsetMs, flashes: flashesMs.length };
}

function risesOf(seen: readonly { readonly atMs: number; readonly is: boolean }[]): number[] {
  return seen.filter(({ is }, at) => is && !seen[at - 1]?.is).map(({ atMs }) => atMs);
}
