import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isTerminal, type JobEvent } from "../../runtime/job/job.ts";
import type { Manager } from "./manager.ts";

/** What became of a text on one device; `silent`: it never said. */
export interface Spoken {
  readonly device: string;
  readonly state: JobEvent["state"] | "silent";
  readonly reasons: readonly string[];
}

type Told = Pick<JobEvent, "state" | "errors">;

/** Has all devices that fit say a text and yields each one's end, in the order of their names. */
export async function* sayToAll(
  manager: Manager,
  { text, glob, ttlSeconds }: { text: string; glob: string; ttlSeconds: number },
): AsyncGenerator<Spoken> {
  const devices = manager.devices(glob).map(([device]) => device);
  if (devices.length === 0) {
    throw new Error(`Cannot speak on ${glob}: no such device has ever come to this broker`);
  }
  const jobId = `fleet-${randomUUID()}`;
  const ends = new Map<string, Told>();
  manager.client.on("message", (topic, payload) => {
    if (!topic.endsWith("/speech/event")) return;
    const { data } = JSON.parse(payload.toString()) as { data: JobEvent };
    if (data.jobId === jobId && isTerminal(data.state)) ends.set(topic, data);
  });
  const heard = devices.map((device) => manager.topic(device, "speech/event"));
  await manager.client.subscribeAsync(heard, { qos: 1 });
  await Promise.all(devices.map((device) => submit(manager, device, { jobId, text, ttlSeconds })));
  const untilMs = performance.now() + (ttlSeconds + speechSecondsMax) * 1e3;
  for (const device of devices) {
    const topic = manager.topic(device, "speech/event");
    while (!ends.has(topic) && performance.now() < untilMs) await sleep(50);
    const end = ends.get(topic);
    const reasons = end?.errors?.map(({ code, message }) => `${code} ${message}`) ?? [];
    yield { device, state: end?.state ?? "silent", reasons };
  }
}

/** Beyond its life time a text may still be at its end. */
const speechSecondsMax = 120;

async function submit(
  manager: Manager,
  device: string,
  { jobId, text, ttlSeconds }: { jobId: string; text: string; ttlSeconds: number },
): Promise<void> {
  const payload = JSON.stringify({ jobId, kind: "text", text });
  const properties = { messageExpiryInterval: ttlSeconds };
  const topic = manager.topic(device, "speech/submit");
  await manager.client.publishAsync(topic, payload, { qos: 1, properties });
}
