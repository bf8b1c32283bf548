import { setTimeout as sleep } from "node:timers/promises";
import { pausesOfTiers } from "../bench/cast.ts";
import type { Figure } from "../bench/figure-line.ts";
import { RunningKiosk } from "../bench/kiosk.ts";
import { limitCpu } from "../bench/quota.ts";
import { startBroker } from "../demo/broker.ts";

/** Of one core: enough to live, too little for 25 frames a second at 720p. */
const share = 0.04;
const watchedMs = 20_000;
/** 120 s of calm to leave thrift, as much again for the tier, and room. */
const recoveryMs = 270_000;

/** The daemon under a real quota of CPU time: how soon it helps itself, and comes back. */
export async function* governorFigures(quick: boolean): AsyncIterable<Figure> {
  const gapsMs = await pausesOfTiers(["720p", "360p", "720p", "540p"]);
  const gap = Math.max(...gapsMs);
  const what = "another tier while the show goes on: longest time without a new picture";
  yield { name: what, value: gap, unit: "ms", target: { atMost: 1_000 } };
  await using broker = await startBroker();
  const flags = ["--display", "memory", "--audio", "silent", "--tier", "720p"];
  await using kiosk = await RunningKiosk.start(broker.url, flags);
  await sleep(3_000);
  const startMs = Date.now();
  {
    await using _quota = await limitCpu(kiosk.pid, share);
    await sleep(watchedMs);
  }
  const moved = courses(kiosk).find(({ kind }) => kind === "down");
  yield line("CPU quota of 4 % -> one tier down", (moved?.time ?? Infinity) - startMs, 15_000);
  if (quick) return;
  const calmMs = Date.now();
  while (Date.now() - calmMs < recoveryMs && courses(kiosk).at(-1)?.kind !== "up")
    await sleep(1_000);
  const up = courses(kiosk).find(({ kind }) => kind === "up");
  yield line(
    "quota gone -> one tier up, not before 120 s",
    (up?.time ?? Infinity) - calmMs,
    recoveryMs,
  );
}

function courses(kiosk: RunningKiosk): readonly { kind: string; time: number }[] {
  return kiosk.log
    .filter(({ area }) => area === "tier")
    .map(({ kind, time }) => ({ kind: String(kind), time: Number(time) }));
}

function line(name: string, ms: number, mostMs: number): Figure {
  return { name, value: Math.round(ms / 100) / 10, unit: "s", target: { atMost: mostMs / 1_000 } };
}
