import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bus, BusState, Message } from "../../drivers/bus/bus.ts";
import { until } from "../support/until.ts";

/** One client of a broker, and the line between them. */
export interface End extends AsyncDisposable {
  readonly bus: Bus;
  cut(): void;
  mend(): void;
}

/** A broker to whom clients come; `pass` lets time go by. */
export interface BrokerUnderTest {
  join(will?: () => Message): Promise<End>;
  pass(ms: number): Promise<void>;
  /** A topic that no other test uses. */
  topic(name: string): string;
}

/** What every Bus keeps, whatever is behind it. */
export function busContract(name: string, broker: () => BrokerUnderTest): void {
  const contract = (title: string, run: (broker: BrokerUnderTest) => Promise<void>) =>
    test(`${name}: ${title}`, () => run(broker()));
  contract("onState() begins with the present state and follows the connection", followState);
  contract("a message arrives with all that belongs to it", carryEverything);
  contract("+ takes one level", takeOneLevel);
  contract("a retained message waits for a subscriber until it is cleared", keepRetained);
  contract("messages are handed over one after another, in their order", handOverInOrder);
  contract("a cut loses no QoS 1 message of either side, and drops QoS 0 ones", outliveCut);
  contract("a message whose handler fails comes again", bringBack);
  contract("the will is read after a cut, not after a goodbye, and asked for anew", readWill);
  contract("a message does not outlive its life time on the broker's side", expireThere);
  contract("a message does not outlive its life time on this side", expireHere);
  contract("closing the bus rejects what still waits", rejectWhenClosed);
}

async function followState(broker: BrokerUnderTest): Promise<void> {
  await using end = await broker.join();
  const states: BusState["kind"][] = [];
  const subscribed = end.bus.subscribe([broker.topic("x")], async () => {});
  end.bus.onState(({ kind }) => states.push(kind));
  assert.equal(states.length, 1);
  await subscribed;
  await until(() => states.at(-1) === "connected", "the connection");
  end.cut();
  await until(() => states.at(-1) === "disconnected", "the loss");
  end.mend();
  await until(() => states.at(-1) === "connected", "the connection after the cut");
}

async function carryEverything(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  await using here = await broker.join();
  const topic = broker.topic("all");
  const got = await listen(there, topic);
  const payload = new Uint8Array(200 * 1024).map((_, index) => index % 251);
  const correlation = new Uint8Array([0, 1, 255]);
  const delivery = { expirySeconds: 3600, responseTopic: "a/reply", correlation };
  await here.bus.publish({ topic, payload, qos: 1, ...delivery });
  await until(() => got.length === 1, "the message");
  const message = got[0]!;
  assert.deepEqual([message.topic, message.qos], [topic, 1]);
  assert.deepEqual(Buffer.from(message.payload), Buffer.from(payload));
  assert.equal(message.responseTopic, "a/reply");
  assert.deepEqual([...(message.correlation ?? [])], [0, 1, 255]);
  assert(message.expirySeconds! > 3000 && message.expirySeconds! <= 3600);
  assert.notEqual(message.retain, true);
}

async function takeOneLevel(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  await using here = await broker.join();
  const base = broker.topic("levels");
  const got = await listen(there, `${base}/+/state`);
  for (const topic of [`${base}/state`, `${base}/a/b/state`, `${base}/a/state/b`]) {
    await here.bus.publish(say(topic, "no"));
  }
  await here.bus.publish(say(`${base}/a/state`, "yes"));
  await until(() => got.length > 0, "the message");
  assert.deepEqual(texts(got), ["yes"]);
}

async function keepRetained(broker: BrokerUnderTest): Promise<void> {
  await using here = await broker.join();
  await using first = await broker.join();
  await using second = await broker.join();
  const topic = broker.topic("kept");
  await here.bus.publish({ ...say(topic, "kept"), retain: true });
  const got = await listen(first, topic);
  await until(() => got.length === 1, "the retained message");
  assert.equal(got[0]!.retain, true);
  await here.bus.publish({ ...say(topic, ""), retain: true });
  const later = await listen(second, topic);
  await here.bus.publish(say(topic, "live"));
  await until(() => later.length > 0, "the live message");
  assert.deepEqual(texts(later), ["live"]);
}

async function handOverInOrder(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  await using here = await broker.join();
  const topic = broker.topic("order");
  const log: string[] = [];
  await there.bus.subscribe([topic], async (message) => {
    log.push(`begin ${texts([message])}`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`end ${texts([message])}`);
  });
  const numbers = Array.from({ length: 40 }, (_, index) => String(index));
  await Promise.all(numbers.map((number) => here.bus.publish(say(topic, number))));
  await until(() => log.length === 80, "all messages");
  assert.deepEqual(
    log,
    numbers.flatMap((number) => [`begin ${number}`, `end ${number}`]),
  );
}

async function outliveCut(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  await using here = await broker.join();
  const topic = broker.topic("cut");
  const got = await listen(there, topic);
  await here.bus.publish(say(topic, "before"));
  await until(() => got.length === 1, "the message before the cut");
  await cutOff(there);
  await here.bus.publish(say(topic, "while the receiver is off"));
  await cutOff(here);
  const waiting = here.bus.publish(say(topic, "while the sender is off"));
  await here.bus.publish({ ...say(topic, "dropped"), qos: 0 });
  there.mend();
  here.mend();
  await waiting;
  await until(() => new Set(texts(got)).size === 3, "all messages");
  const expected = ["before", "while the receiver is off", "while the sender is off"];
  assert.deepEqual([...new Set(texts(got))], expected);
}

async function bringBack(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  await using here = await broker.join();
  const topic = broker.topic("again");
  const got: string[] = [];
  await there.bus.subscribe([topic], async (message) => {
    got.push(...texts([message]));
    if (got.length === 1) throw new Error("disk is full");
  });
  await here.bus.publish(say(topic, "one"));
  await until(() => got.length === 1, "the first delivery");
  await until(() => {
    there.mend();
    return got.length > 1;
  }, "the second delivery");
  assert.deepEqual(got, ["one", "one"]);
}

async function readWill(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  const topic = broker.topic("will");
  const got = await listen(there, topic);
  let connections = 0;
  const will = () => say(topic, `lost ${++connections}`);
  const here = await broker.join(will);
  await here.bus.subscribe([broker.topic("other")], async () => {});
  await cutOff(here);
  await until(() => got.length === 1, "the will");
  here.mend();
  await here.bus.publish(say(topic, "back"));
  await here[Symbol.asyncDispose]();
  await using last = await broker.join();
  await last.bus.publish(say(topic, "end"));
  await until(() => texts(got).includes("end"), "the end");
  assert.deepEqual(texts(got), ["lost 1", "back", "end"]);
  assert.equal(connections, 2);
}

async function expireThere(broker: BrokerUnderTest): Promise<void> {
  await using there = await broker.join();
  await using here = await broker.join();
  const topic = broker.topic("expire");
  const got = await listen(there, topic);
  await cutOff(there);
  await here.bus.publish({ ...say(topic, "short"), expirySeconds: 1 });
  await here.bus.publish({ ...say(topic, "long"), expirySeconds: 3600 });
  await broker.pass(3_000);
  there.mend();
  await until(() => got.length > 0, "the message that lives");
  assert.deepEqual(texts(got), ["long"]);
  assert(got[0]!.expirySeconds! < 3600, "what has passed is taken off");
}

async function expireHere(broker: BrokerUnderTest): Promise<void> {
  await using end = await broker.join();
  await end.bus.subscribe([broker.topic("x")], async () => {});
  await cutOff(end);
  const short = end.bus.publish({ ...say(broker.topic("y"), "short"), expirySeconds: 1 });
  const refused = assert.rejects(short, /^Error: Cannot publish to .*: .* life time of 1 s$/);
  await broker.pass(2_100);
  end.mend();
  await refused;
}

async function rejectWhenClosed(broker: BrokerUnderTest): Promise<void> {
  const end = await broker.join();
  await end.bus.subscribe([broker.topic("x")], async () => {});
  await cutOff(end);
  const waiting = assert.rejects(end.bus.publish(say(broker.topic("y"), "never")), /bus is closed/);
  await end[Symbol.asyncDispose]();
  await waiting;
}

async function listen({ bus }: End, topic: string): Promise<Message[]> {
  const got: Message[] = [];
  await bus.subscribe([topic], async (message) => {
    got.push(message);
  });
  return got;
}

async function cutOff(end: End): Promise<void> {
  let state: BusState | undefined;
  end.bus.onState((next) => {
    state = next;
  });
  await until(() => state?.kind === "connected", "the connection");
  end.cut();
  await until(() => state?.kind === "disconnected", "the cut");
}

function say(topic: string, text: string): Message {
  return { topic, payload: new TextEncoder().encode(text), qos: 1 };
}

function texts(messages: readonly Message[]): string[] {
  return messages.map(({ payload }) => new TextDecoder().decode(payload));
}
