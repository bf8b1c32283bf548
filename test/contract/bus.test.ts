import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LoopbackBroker } from "../../drivers/bus/broker.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import { MqttBus } from "../../drivers/bus/mqtt.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { Wire } from "../../scripts/bench/wire.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { type BrokerUnderTest, busContract } from "./bus.ts";

let mosquitto: Broker;
before(async () => {
  mosquitto = await startBroker();
});
after(() => mosquitto.stop());

busContract("loopback", () => {
  const clock = new ManualClock();
  const broker = new LoopbackBroker(clock);
  return {
    join: async (will) => {
      const bus = broker.join(will);
      const close = () => bus[Symbol.asyncDispose]();
      return { bus, cut: () => bus.cut(), mend: () => bus.mend(), [Symbol.asyncDispose]: close };
    },
    pass: (ms) => clock.advance(ms),
    topic: (name) => name,
  };
});

busContract("mosquitto", () => {
  const run = randomUUID();
  let clients = 0;
  return {
    join: (will) => join(`${run}-${++clients}`, will),
    pass: (ms) => sleep(ms),
    topic: (name) => `${run}/${name}`,
  } satisfies BrokerUnderTest;
});

test("loopback: a refused subscription is an error, asked for until it is granted", async () => {
  const broker = new LoopbackBroker(new ManualClock());
  const bus = broker.join();
  const states: string[] = [];
  bus.onState(({ kind }) => states.push(kind));
  broker.refuse("secret");
  const refused = bus.subscribe(["secret"], async () => {});
  await assert.rejects(refused, /^Error: Cannot subscribe to secret: broker refuses$/);
  bus.mend();
  assert.deepEqual(states, ["connected", "disconnected"]);
  broker.allow("secret");
  bus.mend();
  assert.deepEqual(states, ["connected", "disconnected", "connected"]);
});

async function join(clientId: string, will: (() => Message) | undefined) {
  const wire = await Wire.to(mosquitto.port);
  const bus = new MqttBus({ url: wire.url, clientId, ...(will ? { will } : {}) });
  const close = async () => {
    await bus[Symbol.asyncDispose]();
    await wire[Symbol.asyncDispose]();
  };
  return { bus, cut: () => wire.cut(), mend: () => wire.mend(), [Symbol.asyncDispose]: close };
}
