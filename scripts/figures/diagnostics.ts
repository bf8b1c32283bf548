import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { catalogue } from "../../runtime/diagnostics/catalogue.ts";
import { Redactor } from "../../runtime/diagnostics/redact.ts";
import { detections } from "../bench/detection.ts";
import type { Figure } from "../bench/figure-line.ts";
import { RunningKiosk } from "../bench/kiosk.ts";
import { leaks } from "../bench/leaks.ts";
import { knownSeeds, seeds } from "../bench/seeds.ts";
import { type Broker, startBroker } from "../demo/broker.ts";

const command = join(import.meta.dirname, "../frontdesk");
const headless = ["--display", "memory", "--audio", "silent", "--tier", "720p"];
const pagePort = 18_780;

/** What issue "diagnostics" promises. */
export async function* diagnosticsFigures(quick: boolean): AsyncIterable<Figure> {
  yield* reproduced();
  yield* secrets();
  yield* detected();
  await using broker = await startBroker();
  yield* programs(broker);
  yield* pageCost(broker, quick ? 15 : 60);
}

/** Runs the fault injections and counts the codes that none of them brings about. */
async function* reproduced(): AsyncIterable<Figure> {
  const files = ["unit/findings", "unit/installation", "unit/vitals", "e2e/reach", "e2e/health"];
  files.push("unit/content-findings", "unit/licence-keeper");
  const paths = files.map((file) => `test/${file}.test.ts`);
  const args = ["--import", "tsx", "--test", "--test-reporter=tap", ...paths];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 300_000 });
  const passed = [...stdout.matchAll(/^ok \d+ - (.*)$/gm)].map(([, name]) => name ?? "");
  const failed = [...stdout.matchAll(/^not ok /gm)].length;
  const sources = paths.map((path) => readFileSync(path, "utf8")).join("\n");
  const codes = Object.keys(catalogue);
  const missing = codes.filter((code) => !sources.includes(`"${code}"`));
  const target = { atMost: 0 };
  yield { name: "codes of the doctor", value: codes.length, unit: "", target: undefined };
  yield { name: "codes without fault injection", value: missing.length, unit: "", target };
  const name = `fault injections that fail, of ${passed.length + failed}`;
  yield { name, value: passed.length === 0 ? Number.NaN : failed, unit: "", target };
}

async function* detected(): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-figures-"));
  try {
    for (const [code, detect] of Object.entries(detections)) {
      const value = await detect(folder);
      yield { name: `${code} found after`, value, unit: "s", target: { atMost: 30 } };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* secrets(): AsyncIterable<Figure> {
  const found = await leaks(new Redactor(knownSeeds));
  for (const [output, left] of Object.entries(found)) {
    const name = `of ${seeds.length} secrets, found in the ${output}`;
    yield { name, value: left.length, unit: "", target: { atMost: 0 } };
  }
}

/** Doctor and bundle beside a living daemon, after it, and with a broker that never answers. */
async function* programs(broker: Broker): AsyncIterable<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-figures-"));
  const device = ["--device", "bench"];
  try {
    {
      await using _kiosk = await RunningKiosk.start(broker.url, headless);
      const here = [...device, "--broker", broker.url];
      yield duration("doctor, daemon alive", ["doctor", ...here], 10);
    }
    // Takes connections and never says a word.
    const mute = createServer().listen(0, "127.0.0.1");
    await once(mute, "listening");
    const { port } = mute.address() as AddressInfo;
    const nowhere = [...device, "--broker", `mqtt://127.0.0.1:${port}`];
    yield duration("doctor, daemon dead, broker silent", ["doctor", ...nowhere], 10);
    const file = join(folder, "bundle.tar.gz");
    yield duration("bundle, daemon dead", ["bundle", ...nowhere, "--out", file], 60);
    const value = statSync(file).size / 1e6;
    mute.close();
    yield { name: "bundle, size", value, unit: "MB", target: { atMost: 25 } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function duration(name: string, args: readonly string[], atMost: number): Figure {
  const startMs = performance.now();
  const options = { encoding: "utf8", timeout: 120_000 } as const;
  const { error, stdout, stderr } = spawnSync(command, [...args], options);
  if (error) throw error;
  if (stdout === "") throw new Error(`Cannot measure ${name}: ${stderr.trim()}`);
  return { name, value: (performance.now() - startMs) / 1000, unit: "s", target: { atMost } };
}

/**
 * What the open page asks of the kiosk, once a second as its script does, as processor time of the
 * daemon above that without it.
 */
async function* pageCost(broker: Broker, seconds: number): AsyncIterable<Figure> {
  process.env.FRONTDESK_PAGE_PORT = String(pagePort);
  await using kiosk = await RunningKiosk.start(broker.url, headless);
  await sleep(8_000);
  const shut: number[] = [];
  const open: number[] = [];
  // By turns, so that what else the machine does falls on both.
  for (let round = 0; round < 3; round++) {
    shut.push(await processorShare(kiosk.pid, seconds / 3, async () => {}));
    open.push(await processorShare(kiosk.pid, seconds / 3, askAsPage));
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const value = 100 * (mean(open) - mean(shut));
  yield { name: "cost of the open page", value, unit: "% core", target: { atMost: 2 } };
}

async function askAsPage(): Promise<void> {
  for (const path of ["status.json", "preview.jpg"]) {
    const answer = await fetch(`http://127.0.0.1:${pagePort}/${path}`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`Cannot measure the page: it answers ${answer.status}`);
  }
}

async function processorShare(
  pid: number,
  seconds: number,
  each: () => Promise<void>,
): Promise<number> {
  const [fromMs, from] = [performance.now(), processorMs(pid)];
  while (performance.now() - fromMs < seconds * 1000) {
    await each();
    await sleep(1_000);
  }
  return (processorMs(pid) - from) / (performance.now() - fromMs);
}

/** User and system time, fields 14 and 15 of proc(5), in ticks of 10 ms. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
