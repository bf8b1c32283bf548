import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, percentileOf } from "../bench/figure-line.ts";
import { decodeFilm, lagMs, mouthPixels } from "../bench/film.ts";
import { idleFrames } from "../bench/idle.ts";
import { RunningKiosk } from "../bench/kiosk.ts";
import { type Broker, startBroker } from "../demo/broker.ts";
import { setupFigures } from "./setup.ts";

/** Twelve words, as the target asks. */
const sentence = "Welcome to our museum, the ticket desk is on your left side.";
const headless = ["--display", "memory", "--audio", "silent"];

/** What issue "foundation" promises, measured from outside: MQTT in, events and film out. */
export async function* foundationFigures(quick: boolean): AsyncIterable<Figure> {
  await using broker = await startBroker();
  yield* latencies(broker, quick ? 10 : 40);
  yield* steadiness(broker, quick ? 15 : 60);
  yield* offsets(broker, quick ? 1 : 3);
  if (!quick) yield* setupFigures();
}

async function* latencies(broker: Broker, jobs: number): AsyncIterable<Figure> {
  await using kiosk = await RunningKiosk.start(broker.url, [...headless, "--tier", "720p"]);
  const first: number[] = [];
  const silence: number[] = [];
  for (let job = 0; job < jobs; job++) {
    const { jobId, atMs } = await kiosk.submit({ text: sentence });
    first.push((await kiosk.event(jobId, "speaking")).atMs - atMs);
    await sleep(200 + ((job * 37) % 300));
    const stop = await kiosk.submit({ text: "", mode: "interrupt" });
    silence.push((await kiosk.event(jobId, "interrupted", "cancelled")).atMs - stop.atMs);
  }
  yield spread("job received -> first sound, 12 words", first, 0.5, undefined);
  yield spread("job received -> first sound, 12 words", first, 0.95, 600);
  yield spread("interrupt -> silence", silence, 0.5, undefined);
  yield spread("interrupt -> silence", silence, 0.95, 60);
}

function spread(name: string, values: readonly number[], share: number, atMost?: number): Figure {
  const target = atMost === undefined ? undefined : { atMost };
  const value = percentileOf(values, share);
  return { name: `${name}, p${share * 100}`, value, unit: "ms", target };
}

/** Speaks half of the time and watches the daemon's own trace for frames that came late. */
async function* steadiness(broker: Broker, seconds: number): AsyncIterable<Figure> {
  await using kiosk = await RunningKiosk.start(broker.url, [...headless, "--tier", "720p"]);
  const untilMs = performance.now() + seconds * 1000;
  let underruns = 0;
  while (performance.now() < untilMs) {
    const { jobId } = await kiosk.submit({ text: sentence });
    const { data } = await kiosk.event(jobId, "completed");
    underruns += Number((data.detail as { underruns?: number } | undefined)?.underruns ?? 0);
    await sleep(2000);
  }
  const memory = kiosk.memoryMb();
  await kiosk.stop();
  const late = kiosk.log.filter((line) => line.area === "stage" && isLate(line.kind));
  const name = `720p25, ${seconds} s: frames late or dropped`;
  yield { name, value: late.length, unit: "frames", target: { atMost: 0 } };
  yield { name: "720p: under-runs", value: underruns, unit: "", target: { atMost: 0 } };
  yield { name: "720p: RSS of the daemon", value: memory.now, unit: "MB", target: undefined };
  yield {
    name: "720p: RSS of the daemon, peak",
    value: memory.peak,
    unit: "MB",
    target: undefined,
  };
}

function isLate(kind: unknown): boolean {
  return kind === "frame-late" || kind === "frames-dropped";
}

/** Films the greeter and measures in the file by how much the mouth is behind the sound. */
async function* offsets(broker: Broker, films: number): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-film-"));
  try {
    const idle = await idleFrames("360p");
    const lags: number[] = [];
    for (let take = 0; take < films; take++) {
      const spoken = await decodeFilm(
        await film(broker, join(folder, `${take}.mp4`), bursts(take)),
      );
      lags.push(lagMs(mouthPixels(spoken, idle), spoken.sound));
    }
    const worst = Math.max(...lags.map(Math.abs));
    const name = "A/V offset in a recorded film, worst";
    yield { name, value: worst, unit: "ms", target: { atMost: 20 } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Words that the scripted voice says as tone bursts, in sentences of uneven length. */
function bursts(take: number): string {
  const words = Array.from({ length: 16 }, (_, at) => ((at * 5 + take) % 3 === 0 ? "ta." : "ta"));
  return words.join(" ");
}

async function film(broker: Broker, file: string, text: string): Promise<string> {
  const flags = [...headless, "--tier", "360p", "--voice-driver", "scripted", "--record", file];
  await using kiosk = await RunningKiosk.start(broker.url, flags);
  const { jobId } = await kiosk.submit({ text, captions: false });
  await kiosk.event(jobId, "completed");
  await kiosk.stop();
  return file;
}
