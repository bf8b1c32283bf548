import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../drivers/clock/system.ts";
import { WorkerThread } from "../../drivers/thread/worker.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Bell, loop } from "../../runtime/loop.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";
import { startBroker } from "../demo/broker.ts";
import { RunningKiosk } from "./kiosk.ts";

const headless = ["--display", "memory", "--tier", "360p"];
const silent = [...headless, "--audio", "silent"];
const foundMsMax = 60_000;

/** Faults that a kiosk has to find by itself; each resolves with the seconds from fault to code. */
export const detections: Readonly<Record<string, (folder: string) => Promise<number>>> = {
  DESK_BLOCKED: blockedDesk,
  SUBSCRIPTION_LOST: lostSubscription,
  AUDIO_FAULT: stalledLoudspeaker,
  STAGE_FROZEN: frozenStage,
};

/** The whole process stands still for 10 s; nobody can say so before it goes on. */
async function blockedDesk(): Promise<number> {
  await using broker = await startBroker();
  await using kiosk = await RunningKiosk.start(broker.url, silent);
  await sleep(2_000);
  const startMs = performance.now();
  process.kill(kiosk.pid, "SIGSTOP");
  await sleep(10_000);
  process.kill(kiosk.pid, "SIGCONT");
  return found(() => isRaised(kiosk, "DESK_BLOCKED"), startMs);
}

/** The connection lives, and nothing comes over it any more. */
async function lostSubscription(folder: string): Promise<number> {
  const rights = join(folder, "rights");
  writeFileSync(rights, "topic readwrite #\n");
  await using broker = await startBroker({ config: [`acl_file ${rights}`] });
  await using kiosk = await RunningKiosk.start(broker.url, silent);
  await sleep(3_000);
  if (isRaised(kiosk, "SUBSCRIPTION_LOST"))
    throw new Error("Cannot measure: lost before the fault");
  const startMs = performance.now();
  // Mosquitto takes no subscription back; it just stops to deliver.
  writeFileSync(rights, "topic write #\n");
  broker.reread();
  const seconds = await found(() => isRaised(kiosk, "SUBSCRIPTION_LOST"), startMs);
  writeFileSync(rights, "topic readwrite #\n");
  broker.reread();
  await found(() => isCleared(kiosk, "SUBSCRIPTION_LOST"), performance.now());
  return seconds;
}

/** The program that plays hangs, as it does in a driver that hangs, and then a job comes. */
async function stalledLoudspeaker(): Promise<number> {
  await using broker = await startBroker();
  await using kiosk = await RunningKiosk.start(broker.url, [...headless, "--audio", "null"]);
  const helper = childOf(kiosk.pid, "alsa");
  process.kill(helper, "SIGSTOP");
  try {
    const startMs = performance.now();
    await kiosk.submit({ text: "This is a long story. ".repeat(60) });
    return await found(() => isRaised(kiosk, "AUDIO_FAULT"), startMs);
  } finally {
    process.kill(helper, "SIGCONT");
  }
}

/** A stage's thread that hangs for good, under the monitor of a desk. */
async function frozenStage(): Promise<number> {
  const clock = systemClock();
  const monitor = new Monitor(clock.monotonicMs(), new TraceRing());
  const file = new URL("./frozen.ts", import.meta.url);
  await using stage = new WorkerThread<ToStage, FromStage>(file, {});
  let frozenMs = performance.now();
  stage.onMessage((message) => {
    frozenMs = performance.now();
    const nowMs = clock.monotonicMs();
    if (message.kind === "ready") monitor.vitals.stageReady(message.facts, nowMs);
    if (message.kind === "pulse") monitor.vitals.stagePulse(message.pulse, nowMs);
  });
  const stop = new AbortController();
  const turning = loop(turn, clock, new Bell(), stop.signal);
  await found(() => monitor.vitals.pulse !== undefined, performance.now());
  const isFrozen = () => monitor.view.findings.some(({ code }) => code === "STAGE_FROZEN");
  await found(isFrozen, performance.now());
  const seconds = (performance.now() - frozenMs) / 1e3;
  stop.abort();
  await turning;
  return seconds;

  function turn(nowMs: number): number {
    monitor.look({ jobId: null, state: "idle", depth: 0 }, true, nowMs);
    if (monitor.vitals.echoDue(nowMs)) monitor.vitals.echoed();
    return nowMs + 500;
  }
}

async function found(fact: () => boolean, startMs: number): Promise<number> {
  const untilMs = performance.now() + foundMsMax;
  while (!fact()) {
    if (performance.now() > untilMs) throw new Error("Cannot go on: not found within 60 s");
    await sleep(20);
  }
  return (performance.now() - startMs) / 1e3;
}

function isRaised(kiosk: RunningKiosk, code: string): boolean {
  return kiosk.log.some((line) => line.kind === "raised" && line.code === code);
}

function isCleared(kiosk: RunningKiosk, code: string): boolean {
  return kiosk.log.some((line) => line.kind === "cleared" && line.code === code);
}

/** The process of this name that `pid` or one of its children has started. */
function childOf(pid: number, name: string): number {
  const all = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  const facts = all.flatMap((entry) => {
    try {
      const [, comm = "", , parent = ""] =
        /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, "utf8")) ?? [];
      return [{ pid: Number(entry), comm, parent: Number(parent) }];
    } catch {
      // It ended while the list was read.
      return [];
    }
  });
  const family = new Set([pid]);
  for (const { pid: one, parent } of facts) if (family.has(parent)) family.add(one);
  const child = facts.find((one) => one.comm === name && family.has(one.pid));
  if (!child) throw new Error(`Cannot find ${name} among the processes of ${pid}`);
  return child.pid;
}
