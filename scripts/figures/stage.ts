import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseConfig } from "../../config/config.ts";
import type { Figure } from "../bench/figure-line.ts";
import { RunningKiosk } from "../bench/kiosk.ts";
import { benchTiers } from "../bench/tiers.ts";
import { startBroker } from "../demo/broker.ts";
import { driftFigures } from "./drift.ts";
import { governorFigures } from "./governor.ts";
import { streamingFigures } from "./streaming.ts";

const headless = ["--display", "memory", "--audio", "silent", "--tier", "720p"];
const sentence = "Welcome to our museum, the ticket desk is on your left side.";

/** What the stage promises of pictures, memory, time and verdicts, part by part. */
export const stageFigures = {
  frames: (quick: boolean) => frames(quick ? 600 : 3_000),
  verdicts: (quick: boolean) => verdicts(quick ? 4 : 20),
  idle: (quick: boolean) => idle(quick ? 15 : 60),
  memory: (quick: boolean) => memory(quick ? 60 : 1_000),
  beside: (quick: boolean) => besideOthers(quick ? 1 : 10),
  drift: driftFigures,
  streaming: streamingFigures,
  governor: governorFigures,
};

/** Processor time, so that what others do on the machine counts little. */
async function* frames(forMs: number): AsyncIterable<Figure> {
  const { tiers, rivals } = await benchTiers(parseConfig({}, "the defaults"), forMs);
  const [middle, large] = [tiers["720p"], tiers["1080p"]];
  if (!middle || !large) throw new Error("Cannot measure: this board is too weak for 1080p");
  yield line("720p speaking frame, p95", middle.speakingP95Ms, "ms", 8);
  yield line("720p idle frame, p95", middle.idleP95Ms, "ms", 4);
  yield line("720p fetch + blend + present / copy of a frame", middle.floorRatio, "times", 4);
  yield line("720p copy of a frame that is in no cache", middle.floorMs, "ms");
  yield line("720p mouth / Ultralight-shaped network", middle.mouthToUltralight, "times", 0.1);
  yield line("1080p speaking frame, p95", large.speakingP95Ms, "ms", 16);
  for (const [tier, facts] of Object.entries(tiers)) {
    const { fetch, blend, mouth, present } = facts.stepsMs;
    yield line(`${tier} idle frame, p50`, facts.idleP50Ms, "ms");
    yield line(`${tier} speaking frame, p50`, facts.speakingP50Ms, "ms");
    yield line(`${tier} of it fetch`, fetch, "ms");
    yield line(`${tier} of it blend`, blend, "ms");
    yield line(`${tier} of it mouth`, mouth, "ms");
    yield line(`${tier} of it present`, present, "ms");
  }
  for (const { name, p50 } of rivals) yield line(`${name}, p50`, p50, "ms");
}

async function* verdicts(times: number): AsyncIterable<Figure> {
  const state = mkdtempSync(join(tmpdir(), "frontdesk-verdict-"));
  const seen: string[] = [];
  const tookMs: number[] = [];
  try {
    for (let run = 0; run < times; run++) {
      const startMs = performance.now();
      const args = ["profile", "--json", "--fresh", "--state", state];
      const told = execFileSync(frontdesk, args, { encoding: "utf8" });
      tookMs.push(performance.now() - startMs);
      seen.push(String((JSON.parse(told) as { tier: unknown }).tier));
    }
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
  const other = seen.filter((tier) => tier !== seen[0]).length;
  yield line(`verdicts of ${times} that differ from the first`, other, "", 0);
  const fastest = Math.min(...tookMs) / 1000;
  yield line("frontdesk profile --fresh, the fastest run", fastest, "s", 3);
}

async function* idle(seconds: number): AsyncIterable<Figure> {
  await using broker = await startBroker();
  await using kiosk = await RunningKiosk.start(broker.url, headless);
  await sleep(25_000);
  const before = cpuSeconds(kiosk.pid);
  await sleep(seconds * 1000);
  const share = ((cpuSeconds(kiosk.pid) - before) / seconds) * 100;
  yield line("720p idle, of one core", share, "%", 10);
}

/** Words as tone bursts, so that a thousand jobs take minutes. */
async function* memory(jobs: number): AsyncIterable<Figure> {
  await using broker = await startBroker();
  const flags = [...headless, "--voice-driver", "scripted"];
  // The least over many jobs: what garbage is waiting for its collector does not count.
  const window = Math.max(50, jobs / 5);
  await using kiosk = await RunningKiosk.start(broker.url, flags);
  const speak = async (count: number): Promise<number> => {
    const seen: number[] = [];
    for (let job = 0; job < count; job++) {
      const { jobId } = await kiosk.submit({ text: `ta ${job}` });
      await kiosk.event(jobId, "completed");
      if (count - job <= window) seen.push(kiosk.memoryMb().now);
    }
    return Math.min(...seen);
  };
  const warm = await speak(window);
  const end = await speak(jobs);
  yield line("720p RSS of the daemon after its jobs", end, "MB", 200);
  yield line(`growth over ${jobs} jobs`, end - warm, "MB", 1);
}

/** One core is given to a loop that never rests; half of the time somebody is spoken to. */
async function* besideOthers(minutes: number): AsyncIterable<Figure> {
  await using broker = await startBroker();
  const spin = ["-c", "0", process.execPath, "-e", "for (;;) Math.sqrt(2);"];
  const other = spawn("taskset", spin, { stdio: "ignore" });
  try {
    await using kiosk = await RunningKiosk.start(broker.url, headless);
    await sleep(5_000);
    const from = kiosk.log.length;
    const untilMs = performance.now() + minutes * 60_000;
    while (performance.now() < untilMs) {
      const { jobId } = await kiosk.submit({ text: sentence });
      await kiosk.event(jobId, "completed");
      await sleep(3_000);
    }
    await kiosk.stop();
    const late = kiosk.log.slice(from).filter((entry) => entry.area === "stage" && isLate(entry));
    const name = `720p25, ${minutes} min beside other work: frames late or dropped`;
    yield line(name, late.length, "frames", 0);
  } finally {
    other.kill("SIGKILL");
  }
}

function isLate({ kind }: Readonly<Record<string, unknown>>): boolean {
  return kind === "frame-late" || kind === "frames-dropped";
}

const frontdesk = join(import.meta.dirname, "../frontdesk");

/** Fields 14 and 15 of /proc/<pid>/stat (proc(5)), in clock ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function line(name: string, value: number, unit: string, atMost?: number): Figure {
  return { name, value, unit, target: atMost === undefined ? undefined : { atMost } };
}
