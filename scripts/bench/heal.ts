import { connectAsync } from "mqtt";
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
