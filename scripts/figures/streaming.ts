import { setTimeout as sleep } from "node:timers/promises";
import { sampleRateHz } from "../../config/sound.ts";
import { type Figure, percentileOf } from "../bench/figure-line.ts";
import { RunningKiosk } from "../bench/kiosk.ts";
import { streamLive } from "../bench/live.ts";
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
    yield { ...line(`${name.split(" ->")[0]}: under-runs a job`, run.underruns), unit: "" };
    yield line(`${name.split(" ->")[0]}: A/V offset p95, worst`, run.offsetMs);
  }
}

async function measure(
  kiosk: RunningKiosk,
  source: Parameters<typeof streamLive>[1],
  jobs: number,
): Promise<{ motionsMs: number[]; underruns: number; offsetMs: number }> {
  const motionsMs: number[] = [];
  let underruns = 0;
  let offsetMs = 0;
  for (let job = 0; job < jobs; job++) {
    const before = kiosk.log.length;
    const { jobId, firstMs, sent } = await streamLive(kiosk, source);
    await sent;
    const { data } = await kiosk.event(jobId, "completed", "failed");
    const detail = (data.detail ?? {}) as { underruns?: number; avOffsetMsP95?: number };
    underruns += detail.underruns ?? 0;
    offsetMs = Math.max(offsetMs, detail.avOffsetMsP95 ?? Number.POSITIVE_INFINITY);
    const moved = kiosk.log.slice(before).find(({ kind }) => kind === "mouth-moved");
    motionsMs.push(Number(moved?.atMs ?? Number.POSITIVE_INFINITY) - firstMs);
    await sleep(100 + ((job * 37) % 200));
  }
  return { motionsMs, underruns: underruns / jobs, offsetMs };
}

/** Two seconds of a real voice, which begins with a vowel. */
async function speech(): Promise<Int16Array> {
  const parts = await spokenParts({ kind: "text", text: "Are you open on all days?" });
  return Int16Array.from(parts.flatMap(({ pcm }) => [...pcm]));
}

function line(name: string, value: number): Figure {
  return { name, value, unit: "ms", target: undefined };
}
