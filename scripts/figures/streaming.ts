import { setTimeout as sleep } from "node:timers/promises";
import { sampleRateHz } from "../../config/sound.ts";
import { type Figure, percentileOf } from "../bench/figure-line.ts";
import { RunningKiosk } from "../bench/kiosk.ts";
import { monotonicMs, streamLive } from "../bench/live.ts";
import { startBroker } from "../demo/broker.ts";
import { spokenParts } from "../render/source.ts";

/** Live sound, from outside: how long after its first part the mouth moves, and what it costs. */
export async function* streamingFigures(quick: boolean): AsyncIterable<Figure> {
  const pcm = await speech();
  await using broker = await startBroker();
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "720p"];
  await using kiosk = await RunningKiosk.start(broker.url, flags);
  for (const partMs of [20, 40, 160]) {
    const run = await measure(kiosk, { pcm, rateHz: sampleRateHz, partMs }, quick ? 8 : 40);
    const name = `live sound in parts of ${partMs} ms -> first mouth motion`;
    yield line(`${name}, p50`, percentileOf(run.motionsMs, 0.5));
    yield { ...line(`${name}, p95`, percentileOf(run.motionsMs, 0.95)), target: { atMost: 120 } };
    const source = `live sound in parts of ${partMs} ms`;
    yield {
      ...line(`${source} -> heard, p95`, percentileOf(run.soundsMs, 0.95)),
      target: { atMost: 250 },
    };
    yield { ...line(`${source}: under-runs a job`, run.underruns), unit: "" };
    yield line(`${source}: A/V offset p95, median job`, percentileOf(run.offsetsMs, 0.5));
  }
}

async function measure(
  kiosk: RunningKiosk,
  source: Parameters<typeof streamLive>[1],
  jobs: number,
): Promise<{ motionsMs: number[]; soundsMs: number[]; offsetsMs: number[]; underruns: number }> {
  const motionsMs: number[] = [];
  const soundsMs: number[] = [];
  const offsetsMs: number[] = [];
  let underruns = 0;
  for (let job = 0; job < jobs; job++) {
    const before = kiosk.log.length;
    const { jobId, firstMs, sent } = await streamLive(kiosk, source);
    // The event's own clock starts with this process.
    const originMs = monotonicMs() - performance.now();
    soundsMs.push((await kiosk.event(jobId, "speaking")).atMs + originMs - firstMs);
    await sent;
    const { data } = await kiosk.event(jobId, "completed", "failed");
    const detail = (data.detail ?? {}) as { underruns?: number; avOffsetMsP95?: number };
    underruns += detail.underruns ?? 0;
    offsetsMs.push(detail.avOffsetMsP95 ?? Number.POSITIVE_INFINITY);
    const moved = kiosk.log.slice(before).find(({ kind }) => kind === "mouth-moved");
    motionsMs.push(Number(moved?.atMs ?? Number.POSITIVE_INFINITY) - firstMs);
    await sleep(100 + ((job * 37) % 200));
  }
  return { motionsMs, soundsMs, offsetsMs, underruns: underruns / jobs };
}

/** Two seconds of a real voice, which begins with a vowel. */
async function speech(): Promise<Int16Array> {
  const parts = await spokenParts({ kind: "text", text: "Are you open on all days?" });
  return Int16Array.from(parts.flatMap(({ pcm }) => [...pcm]));
}

function line(name: string, value: number): Figure {
  return { name, value, unit: "ms", target: undefined };
}
