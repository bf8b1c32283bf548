import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import type { Broker } from "../demo/broker.ts";

interface Load {
  readonly submitsPerSecond: number;
  /** From just before the submit to its `queued` event at an even pace, in ms. */
  readonly queuedMs: readonly number[];
  /** Of the device's process, in MB. */
  readonly peakMb: number;
  /** Messages of other devices that the broker took meanwhile, in all and a second. */
  readonly others: number;
  readonly othersPerSecond: number;
  /** Other devices that have said all of their birth set. */
  readonly devices: number;
}

/** Jobs on their way at once: below the bound of the queue. */
const windowJobs = 48;
/** More than any lobby ever sends. */
const pacedPerSecond = 10;
const pacedJobsMax = 300;
/** Each of these comes up and says who and how it is: state, info, health, configuration. */
const otherDevices = 10_000;
const births = ["state", "info", "health", "config/reported"];
const othersPerSecondMax = 1_000;

/**
 * One device under as many jobs as it takes, on a broker that `devices` others talk to; ends when
 * all of them have been there.
 */
export async function loadDevice(
  broker: Broker,
  jobs: number,
  devices = otherDevices,
): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-load-"));
  const main = join(import.meta.dirname, "desk-main.ts");
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const device = spawn(process.execPath, [main, broker.url, "load", folder], { stdio: [...stdio] });
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  try {
    const stop = new AbortController();
    const chatting = chatter(broker.url, devices, stop.signal);
    await listen(client);
    const { seconds } = await submitAll(client, jobs);
    const { queuedMs } = await submitAll(client, Math.min(jobs / 4, pacedJobsMax), pacedPerSecond);
    const spoken = await chatting.all;
    stop.abort();
    const { others, seconds: chatSeconds } = await chatting.ended;
    device.stdout.setEncoding("utf8");
    device.kill("SIGTERM");
    const [kilobytes] = await once(device.stdout, "data");
    await once(device, "exit");
    const peakMb = Number(kilobytes) / 1024;
    const beside = { others, othersPerSecond: others / chatSeconds, devices: spoken };
    return { submitsPerSecond: jobs / seconds, queuedMs, peakMb, ...beside };
  } finally {
    device.kill("SIGKILL");
    await client.endAsync();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hears the device's events from its first word on. */
async function listen(client: MqttClient): Promise<void> {
  const there = new Promise<void>((resolve) => {
    client.on("message", (topic) => {
      if (topic.endsWith("/state")) resolve();
    });
  });
  const topics = ["frontdesk/1/load/state", "frontdesk/1/load/speech/event"];
  await client.subscribeAsync(topics, { qos: 1 });
  await there;
}

/** As many as it takes with a bounded number on their way, or evenly so many a second. */
async function submitAll(client: MqttClient, jobs: number, perSecond = Number.POSITIVE_INFINITY) {
  const sentMs = new Map<string, number>();
  const queuedMs: number[] = [];
  let ended = 0;
  client.removeAllListeners("message");
  client.on("message", (_, payload) => {
    const { data } = JSON.parse(payload.toString());
    if (data.state === "queued") queuedMs.push(performance.now() - sentMs.get(data.jobId)!);
    else if (data.state === "completed") ended += 1;
    else if (data.state === "rejected") throw new Error(`Cannot load: ${payload}`);
  });
  const startMs = performance.now();
  for (let job = 0; job < jobs; job++) {
    const dueMs = startMs + (job * 1e3) / perSecond;
    while (job - ended >= windowJobs || performance.now() < dueMs) await sleep(1);
    const jobId = `load-${perSecond}-${job}`;
    sentMs.set(jobId, performance.now());
    const payload = JSON.stringify({ jobId, text: `Guest ${job}, please come to desk 4.` });
    const properties = { messageExpiryInterval: 3_600 };
    client.publish("frontdesk/1/load/speech/submit", payload, { qos: 1, properties });
  }
  while (ended < jobs) await sleep(5);
  return { queuedMs, seconds: (performance.now() - startMs) / 1e3 };
}

/** The births of the others, evenly and over again until `stop`. `all`: each has had one. */
function chatter(url: string, devices: number, stop: AbortSignal) {
  const all = Promise.withResolvers<number>();
  const ended = chat();
  return { all: all.promise, ended };

  async function chat(): Promise<{ others: number; seconds: number }> {
    const client = await connectAsync(url, { protocolVersion: 5 });
    const startMs = performance.now();
    const due = () => ((performance.now() - startMs) * othersPerSecondMax) / 1e3;
    let taken = 0;
    for (let sent = 0; !stop.aborted; await sleep(20)) {
      for (; sent < due() && sent - taken < othersPerSecondMax; sent++) {
        const { topic, payload } = birthOf(Math.floor(sent / births.length) % devices, sent);
        client.publish(topic, payload, { qos: 1, retain: true }, (error) => {
          taken += Number(!error);
          if (taken === devices * births.length) all.resolve(devices);
        });
      }
    }
    await client.endAsync();
    return { others: taken, seconds: (performance.now() - startMs) / 1e3 };
  }
}

function birthOf(device: number, seq: number): { topic: string; payload: string } {
  const name = births[seq % births.length]!;
  const id = `01J0000000${String(seq).padStart(16, "0")}`;
  const data = { state: "ready", session: 1, level: "ok", findings: [], sources: {} };
  const payload = JSON.stringify({ v: 1, id, clk: "synced", session: 1, seq, type: name, data });
  return { topic: `frontdesk/1/other-${device}/${name}`, payload };
}
