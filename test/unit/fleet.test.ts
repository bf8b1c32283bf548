import assert from "node:assert/strict";
import { test } from "node:test";
import { LoopbackBroker } from "../../drivers/bus/broker.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import type { SpeechNow } from "../../runtime/fleet/data.ts";
import type { Envelope } from "../../runtime/fleet/envelope.ts";
import { Identity } from "../../runtime/fleet/identity.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";
import { replyProblem } from "../../runtime/fleet/reply.ts";
import { FleetSession, type Incoming } from "../../runtime/fleet/session.ts";
import { topicsOf } from "../../runtime/fleet/topics.ts";
import type { JobEvent } from "../../runtime/job/job.ts";

test("topicsOf() refuses what cannot be one level of a topic, and says what can", () => {
  assert.equal(topicsOf("frontdesk", "lobby-1").submit, "frontdesk/1/lobby-1/speech/submit");
  assert.equal(topicsOf("acme/berlin", "a").state, "acme/berlin/1/a/state");
  for (const device of ["", "Lobby", "a/b", "a+", "#", "ä", "x".repeat(65)]) {
    assert.throws(() => topicsOf("frontdesk", device), /^RangeError: Cannot use device id .*a-z/);
  }
  for (const root of ["", "/a", "a/", "a//b", "+", "a/#", "$SYS"]) {
    assert.throws(() => topicsOf(root, "a"), /^RangeError: Cannot use topic root /);
  }
});

test("replyProblem() refuses topics that are not the sender's own", () => {
  for (const topic of ["answers/1", "frontdesk/reply/1", "frontdesk/10/a"]) {
    assert.equal(replyProblem(topic, "frontdesk/1/"), undefined);
  }
  const refused = ["", "a/+", "#", "a\0", "$SYS/a", "frontdesk/1/b/speech/submit", "x".repeat(257)];
  for (const topic of refused) {
    assert.match(replyProblem(topic, "frontdesk/1/") ?? "", /^Cannot reply to /);
  }
});

test("every connection has a birth with its number, every loss a will with it", async () => {
  const world = await World.open();
  await world.settle();
  assert.deepEqual(world.said("state"), ["ready 1"]);
  assert.deepEqual(world.last("info").data, { model: "test" });
  world.bus.cut();
  world.bus.mend();
  await world.settle();
  assert.deepEqual(world.said("state"), ["ready 1", "lost 1", "ready 2"]);
  assert.equal(world.retained.filter((topic) => topic.endsWith("/info")).length, 2);
  world.session[Symbol.dispose]();
  await world.settle();
  assert.equal(world.said("state").at(-1), "disconnected 2");
});

test("numbers go on after a restart, and a spoiled file is noted", async () => {
  const first = await World.open();
  await first.settle();
  const second = await World.open(first.disk.restarted());
  await second.settle();
  assert.deepEqual(second.said("state"), ["ready 2"]);
  const spoiled = await World.open(new MemoryDisk([["session", Uint8Array.of(0xff)]]));
  await spoiled.settle();
  assert.deepEqual(spoiled.said("state"), ["ready 1"]);
  assert.equal(spoiled.trace.count("fleet.session-unreadable"), 1);
});

test("a message wears the envelope of the contract", async () => {
  const world = await World.open();
  await world.settle();
  world.session.publish([{ jobId: "a", state: "queued", wallMs: Date.UTC(2026, 1, 3) }]);
  await world.settle();
  const { id, ...envelope } = world.last("speech/event");
  assert.match(id, /^[0-9A-Z]{26}$/);
  assert.deepEqual(envelope, {
    v: 1,
    ts: "2026-02-03T00:00:00.000Z",
    clk: "unsynced",
    boot: "boot-1",
    session: 1,
    seq: 3,
    type: "speech.event",
    corr: "a",
    data: { jobId: "a", state: "queued" },
  });
});

test("an event goes to its sender too, and counts as told once the broker has it", async () => {
  const world = await World.open();
  const reply = { topic: "answers/1", correlation: Uint8Array.of(7) };
  const end: JobEvent = { jobId: "a", state: "completed", wallMs: 0, reply };
  world.bus.cut();
  world.session.publish([end]);
  await world.settle();
  assert.deepEqual(world.told, []);
  world.bus.mend();
  await world.settle();
  assert.deepEqual(world.told, [end]);
  const answer = world.messages.find(({ topic }) => topic === "answers/1");
  assert.deepEqual([...(answer?.correlation ?? [])], [7]);
});

test("a request is handed on with its life time and its sender", async () => {
  const world = await World.open();
  const delivery = { responseTopic: "answers/1", correlation: Uint8Array.of(7), expirySeconds: 9 };
  await world.send("speech/submit", delivery);
  await world.settle();
  assert.deepEqual(world.requests, [
    { expirySeconds: 9, reply: { topic: "answers/1", correlation: Uint8Array.of(7) } },
  ]);
});

test("ping is answered to its sender, and noted when there is nowhere to answer to", async () => {
  const world = await World.open();
  await world.send("cmd/ping/req", { responseTopic: "answers/ping" });
  await world.send("cmd/ping/req", {});
  await world.send("cmd/ping/req", { responseTopic: "frontdesk/1/other/speech/submit" });
  await world.settle();
  const answers = world.messages.filter(({ topic }) => !topic.startsWith("frontdesk/1/lobby"));
  assert.deepEqual(
    answers.map(({ topic }) => topic),
    ["answers/ping"],
  );
  assert.equal(world.trace.count("fleet.reply-refused"), 2);
});

test("speech/now is sent when it changes or grows old, and after every connection", async () => {
  const world = await World.open();
  await world.settle();
  const idle = { jobId: null, state: "idle", depth: 0 } as const;
  const busy = { ...idle, depth: 1 } as const;
  assert.equal(await world.shows(idle, [0, 10, 59_999]), 1);
  assert.equal(await world.shows(idle, [60_000]), 2);
  assert.equal(await world.shows(busy, [60_001]), 3);
  world.bus.cut();
  assert.equal(await world.shows(idle, [60_002]), 3);
  world.bus.mend();
  await world.settle();
  assert.equal(await world.shows(busy, [60_003, 60_004]), 4);
});

/** One device, a broker in memory, and somebody who hears everything. */
class World {
  readonly clock = new ManualClock();
  readonly trace = new TraceRing();
  readonly messages: Message[] = [];
  readonly told: JobEvent[] = [];
  readonly requests: Incoming[] = [];
  readonly disk: MemoryDisk;
  readonly #broker = new LoopbackBroker(this.clock);
  readonly #other = this.#broker.join();
  bus!: ReturnType<LoopbackBroker["join"]>;
  session!: FleetSession;

  constructor(disk: MemoryDisk) {
    this.disk = disk;
  }

  static async open(disk = new MemoryDisk()): Promise<World> {
    const world = new World(disk);
    await world.#other.subscribe(["#"], async (message) => {
      world.messages.push(message);
    });
    const who = {
      root: "frontdesk",
      device: "lobby",
      boot: "boot-1",
      clock: () => "unsynced" as const,
    };
    const identity = await Identity.open(who, countedStamps(world.clock), disk, world.trace);
    world.bus = world.#broker.join(() => identity.will());
    world.session = new FleetSession(world.bus, identity, world.trace, {
      submit: async (_payload, request) => {
        world.requests.push(request);
        return [];
      },
      cancel: async () => [],
      told: async (event) => {
        world.told.push(event);
      },
      outbox: await Outbox.open(disk, world.trace, "events.log"),
      state: () => "ready",
      info: () => ({ model: "test" }),
    });
    return world;
  }

  /** How many times `speech/now` has been sent, after being shown at these times. */
  async shows(now: SpeechNow, times: readonly number[]): Promise<number> {
    for (const nowMs of times) this.session.show(now, nowMs);
    await this.settle();
    return this.messages.filter(({ topic }) => topic.endsWith("/speech/now")).length;
  }

  get retained(): string[] {
    return this.messages.map(({ topic }) => topic);
  }

  send(name: string, more: Partial<Message>): Promise<void> {
    const payload = new TextEncoder().encode("{}");
    return this.#other.publish({ topic: `frontdesk/1/lobby/${name}`, payload, qos: 1, ...more });
  }

  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  last(name: string): Envelope {
    const mine = this.messages.filter(({ topic }) => topic === `frontdesk/1/lobby/${name}`);
    return JSON.parse(new TextDecoder().decode(mine.at(-1)!.payload));
  }

  said(name: string): string[] {
    const mine = this.messages.filter(({ topic }) => topic === `frontdesk/1/lobby/${name}`);
    const said = mine.map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)));
    return said.map(({ data }) => `${data.state} ${data.session}`);
  }
}
