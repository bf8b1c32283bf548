import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../drivers/clock/system.ts";
import { WorkerThread } from "../../drivers/thread/worker.ts";
import { Monitor } from "../../runtime/diagnostics/monitor.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Bell, loop } from "../../runtime/loop.ts";
import type { FromStage, ToStage } from "../../runtime/stage/messages.ts";
import { RunningKiosk } from "../../scripts/bench/kiosk.ts";
import { startBroker } from "../../scripts/demo/broker.ts";
import { until } from "../support/until.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-health-"));
after(() => rmSync(folder, { recursive: true }));

const headless = ["--display", "memory", "--audio", "silent", "--tier", "360p"];
process.env.FRONTDESK_PAGE_PORT = "0";

test("a daemon that stood still for 10 s says DESK_BLOCKED to the fleet", async () => {
  await using broker = await startBroker();
  await using kiosk = await RunningKiosk.start(broker.url, headless);
  await sleep(2_000);
  process.kill(kiosk.pid, "SIGSTOP");
  await sleep(10_000);
  process.kill(kiosk.pid, "SIGCONT");
  await until(() => raised(kiosk, "DESK_BLOCKED"), "DESK_BLOCKED");
});

test("a subscription that is dead on a living connection is SUBSCRIPTION_LOST", async () => {
  const rights = join(folder, "rights");
  writeFileSync(rights, "topic readwrite #\n");
  const port = 20_000 + (process.pid % 10_000);
  const mosquitto = await startMosquitto(port, rights);
  try {
    await using kiosk = await RunningKiosk.start(`mqtt://127.0.0.1:${port}`, headless);
    await sleep(3_000);
    assert.ok(!raised(kiosk, "SUBSCRIPTION_LOST"));
    // Mosquitto takes no subscription back; it just stops to deliver.
    writeFileSync(rights, "topic write #\n");
    mosquitto.kill("SIGHUP");
    await until(() => raised(kiosk, "SUBSCRIPTION_LOST"), "SUBSCRIPTION_LOST");
    writeFileSync(rights, "topic readwrite #\n");
    mosquitto.kill("SIGHUP");
    await until(() => cleared(kiosk, "SUBSCRIPTION_LOST"), "its end");
  } finally {
    mosquitto.kill();
  }
});

test("a stage's thread that hangs is STAGE_FROZEN", async () => {
  const clock = systemClock();
  const monitor = new Monitor(clock.monotonicMs(), new TraceRing());
  const file = new URL("../support/frozen.ts", import.meta.url);
  await using stage = new WorkerThread<ToStage, FromStage>(file, {});
  stage.onMessage((message) => {
    const nowMs = clock.monotonicMs();
    if (message.kind === "ready") monitor.vitals.stageReady(message.facts, nowMs);
    if (message.kind === "pulse") monitor.vitals.stagePulse(message.pulse, nowMs);
  });
  const stop = new AbortController();
  const turning = loop(turn, clock, new Bell(), stop.signal);
  await until(() => monitor.vitals.pulse !== undefined, "the first pulse");
  assert.equal(monitor.view.findings.length, 0);
  await until(() => monitor.view.findings.length > 0, "a finding");
  const codes = monitor.vitals.findings(clock.monotonicMs()).map(({ code }) => code);
  assert.ok(codes.includes("STAGE_FROZEN"), codes.join(" "));
  stop.abort();
  await turning;

  function turn(nowMs: number): number {
    monitor.look({ jobId: null, state: "idle", depth: 0 }, true, nowMs);
    if (monitor.vitals.echoDue(nowMs)) monitor.vitals.echoed();
    return nowMs + 500;
  }
});

function raised(kiosk: RunningKiosk, code: string): boolean {
  return kiosk.log.some((line) => line.kind === "raised" && line.code === code);
}

function cleared(kiosk: RunningKiosk, code: string): boolean {
  return kiosk.log.some((line) => line.kind === "cleared" && line.code === code);
}

async function startMosquitto(port: number, rights: string): Promise<ChildProcess> {
  const config = join(folder, "mosquitto.conf");
  const lines = [`listener ${port} 127.0.0.1`, "allow_anonymous true", `acl_file ${rights}`];
  writeFileSync(config, `${[...lines, `user ${userInfo().username}`].join("\n")}\n`);
  const path = `${process.env.PATH}:/usr/sbin`;
  const options = { env: { ...process.env, PATH: path }, stdio: "ignore" } as const;
  const child = spawn("mosquitto", ["-c", config], options);
  await once(child, "spawn");
  await sleep(500);
  return child;
}
