import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../config/limits.ts";
import { Backoff } from "../../drivers/bus/backoff.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import { matchesFilter } from "../../drivers/bus/filter.ts";
import { type Handed, Outgoing } from "../../drivers/bus/outgoing.ts";

test("matchesFilter() takes what MQTT 5, 4.7 takes", () => {
  const cases: [string, string, boolean][] = [
    ["a/b", "a/b", true],
    ["a/b", "a/b/c", false],
    ["a/b/c", "a/b", false],
    ["a/+", "a/b", true],
    ["a/+", "a", false],
    ["a/+", "a/", true],
    ["+/+", "/b", true],
    ["a/#", "a", true],
    ["a/#", "a/b/c", true],
    ["#", "$SYS/broker", false],
    ["+/broker", "$SYS/broker", false],
    ["$SYS/#", "$SYS/broker", true],
  ];
  for (const [filter, topic, matches] of cases) {
    assert.equal(matchesFilter(filter, topic), matches, `${filter} ${topic}`);
  }
});

test("Backoff doubles its bound up to the cap, and chance picks below it", () => {
  const backoff = new Backoff();
  const bounds = Array.from({ length: 12 }, () => {
    backoff.failed(0);
    return Math.ceil(backoff.delayMs(0.999999) / 1e3);
  });
  assert.deepEqual(bounds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  assert(backoff.delayMs(0) > 0, "zero would end all reconnecting");
  assert(Math.abs(backoff.delayMs(0.5) - limits.reconnectMsMax / 2) <= 1);
});

test("Backoff counts a flap as a failure and forgets the past after a stable connection", () => {
  const backoff = new Backoff();
  const boundMs = () => backoff.delayMs(1 - Number.EPSILON) + 1;
  for (let flap = 0; flap < 3; flap++) {
    backoff.connected(0);
    backoff.failed(limits.connectionStableMsMin - 1);
  }
  assert.equal(boundMs(), 4 * limits.reconnectMsMin);
  backoff.connected(0);
  backoff.failed(limits.connectionStableMsMin);
  assert.equal(boundMs(), limits.reconnectMsMin);
});

test("Outgoing keeps within the broker's window and sends what was lost again", async () => {
  const handed: { text: string; answer: (handed: Handed) => void }[] = [];
  const hand = ({ topic }: Message) =>
    new Promise<Handed>((answer) => handed.push({ text: topic, answer }));
  const outgoing = new Outgoing(hand, () => 0);
  const sent = Promise.all(["a", "b", "c", "d"].map((topic) => outgoing.add(message(topic))));
  outgoing.open(2);
  assert.deepEqual(topics(), ["a", "b"]);
  outgoing.shut();
  handed[1]!.answer("lost");
  handed[0]!.answer("lost");
  await turn();
  assert.deepEqual(topics(), ["a", "b"]);
  outgoing.open(9);
  assert.deepEqual(topics(), ["a", "b", "a", "b", "c", "d"]);
  for (const { answer } of handed.slice(2)) answer("acknowledged");
  await sent;
  assert.equal(outgoing.size, 0);

  function topics(): string[] {
    return handed.map(({ text }) => text);
  }
});

test("Outgoing refuses beyond its bound", async () => {
  const outgoing = new Outgoing(
    async () => "acknowledged",
    () => 0,
  );
  const waiting = Array.from({ length: limits.publishesWaitingMax }, () =>
    outgoing.add(message("a")),
  );
  await assert.rejects(outgoing.add(message("b")), /Cannot publish to b: 1000 messages wait/);
  outgoing.open(1);
  await Promise.all(waiting);
});

function message(topic: string): Message {
  return { topic, payload: new Uint8Array(), qos: 1 };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
