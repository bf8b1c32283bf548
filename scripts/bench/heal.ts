import { connectAsync } from "mqtt";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Settings } from "../../runtime/settings/settings.ts";
import type { Broker } from "../demo/broker.ts";
import { RunningKiosk } from "./kiosk.ts";

const flags = ["--display", "memory", "--audio", "silent", "--tier", "360p"];

/**
 * Pushes a broker address where nobody is to a real daemon. Resolves with the seconds until it is
 * back on the old broker and says `rolled_back`.
 */
export async function healFromWrongBroker(broker: Broker): Promise<number> {
  await using kiosk = await RunningKiosk.start(broker.url, flags, { device: "healer", site: true });
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  const topic = `frontdesk/1/${kiosk.device}/config/desired`;
  const config = { broker: { url: "mqtt://127.0.0.1:9" } };
  await client.publishAsync(topic, JSON.stringify({ version: 1, config }), {
    qos: 1,
    retain: true,
  });
  const startMs = performance.now();
  await kiosk.seen("config/reported", ({ state }) => state === "rolled_back");
  await client.endAsync();
  return (performance.now() - startMs) / 1e3;
}

/** The same by a clock that is turned: seconds until the last good broker is in force again. */
export async function healByVirtualClock(): Promise<number> {
  const clock = new ManualClock();
  const parts = { disk: new MemoryDisk(), trace: new TraceRing(), stamps: countedStamps(clock) };
  const good = "mqtt://broker.example:1883";
  const site = { name: "site", document: { broker: { url: good } } } as const;
  const settings = await Settings.open(parts, [site]);
  await settings.start(clock.monotonicMs());
  const config = { broker: { url: "mqtt://127.0.0.1:9" } };
  await settings.receive(new TextEncoder().encode(JSON.stringify({ version: 1, config })));
  const startMs = clock.monotonicMs();
  do {
    const isThere = settings.config.broker.url === good;
    const proof = { connected: isThere, picture: true, sound: true };
    const demand = await settings.turn(proof, clock.monotonicMs());
    if (demand === "restart") await settings.start(clock.monotonicMs());
    await clock.advance(500);
  } while (settings.report().state !== "rolled_back" || settings.config.broker.url !== good);
  return (clock.monotonicMs() - startMs) / 1e3;
}
