import assert from "node:assert/strict";
import { test } from "node:test";
import { LoopbackBroker } from "../../drivers/bus/broker.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Alarms } from "../../runtime/fleet/alarms.ts";
import { Identity } from "../../runtime/fleet/identity.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";
import { Post } from "../../runtime/fleet/post.ts";
import { type KeptEvent, Telling } from "../../runtime/fleet/telling.ts";
import type { JobEvent } from "../../runtime/job/job.ts";

const queued: JobEvent = { jobId: "a", state: "queued", wallMs: 0 };
const speaking: JobEvent = { jobId: "a", state: "speaking", wallMs: 1 };
const completed: JobEvent = { jobId: "a", state: "completed", wallMs: 2 };
const rejected: JobEvent = { jobId: "b", state: "rejected", wallMs: 3, request: "submit" };

test("events that the broker takes at once leave nothing on disk", async () => {
  const world = await World.open();
  world.telling.tell([queued, speaking, completed]);
  await world.clock.advance(0);
  await world.telling.keep("waiting");
  await world.telling.keep("waiting");
  assert.equal(await world.disk.read("events.log"), undefined);
  assert.deepEqual(world.told, ["completed"]);
});

test("events without a broker outlive a power cut, but for those the ledger has", async () => {
  const world = await World.open();
  world.bus.cut();
  const reply = { topic: "answers/1", correlation: Uint8Array.of(7, 255) };
  world.telling.tell([{ ...queued, reply }, speaking, completed, rejected]);
  await world.telling.keep("waiting");
  assert.equal(world.outbox.waiting.length, 0, "they may be told any moment");
  await world.telling.keep("waiting");
  assert.equal(world.outbox.waiting.length, 3);
  const later = await world.again();
  later.telling.again();
  await later.clock.advance(0);
  assert.deepEqual(later.states, ["queued", "speaking", "rejected"]);
  const answer = later.messages.find(({ topic }) => topic === "answers/1");
  assert.deepEqual(answer?.correlation, Buffer.of(7, 255));
  assert.deepEqual(later.outbox.waiting, []);
  assert.deepEqual(later.told, ["rejected"]);
});

test("an end of the program puts all on disk that is on its way", async () => {
  const world = await World.open();
  world.bus.cut();
  world.telling.tell([queued]);
  await world.telling.keep("all");
  assert.equal(world.outbox.waiting.length, 1);
});

test("what waits on disk and on its way at once is told once", async () => {
  const world = await World.open();
  world.bus.cut();
  world.telling.tell([queued]);
  await world.telling.keep("all");
  world.telling.again();
  world.bus.mend();
  world.telling.again();
  await world.clock.advance(0);
  assert.deepEqual(world.states, ["queued"]);
  assert.deepEqual(world.outbox.waiting, []);
});

test("an alarm that was over before the next start is cleared by it", async () => {
  const world = await World.open();
  world.alarms.follow(["STAGE_LOST", "AUDIO_FAULT"]);
  await world.clock.advance(0);
  const later = await world.again();
  later.alarms.follow(["AUDIO_FAULT"]);
  await later.clock.advance(0);
  assert.deepEqual(await later.alarmsOnBroker(), ["AUDIO_FAULT"]);
  const last = await later.again();
  last.alarms.follow([]);
  await last.clock.advance(0);
  assert.deepEqual(await last.alarmsOnBroker(), []);
});

test("an alarm that ends while the broker is gone is cleared when it is back", async () => {
  const world = await World.open();
  world.alarms.follow(["STAGE_LOST"]);
  await world.clock.advance(0);
  world.bus.cut();
  world.alarms.follow([]);
  await world.clock.advance(0);
  const later = await world.again();
  later.alarms.follow([]);
  await later.clock.advance(0);
  assert.deepEqual(await later.alarmsOnBroker(), []);
});

/** A device that tells, its disk and a broker in memory that outlives it. */
class World {
  readonly clock: ManualClock;
  readonly disk: MemoryDisk;
  readonly messages: Message[] = [];
  readonly told: string[] = [];
  bus!: ReturnType<LoopbackBroker["join"]>;
  outbox!: Outbox<KeptEvent>;
  telling!: Telling;
  alarms!: Alarms;
  readonly #broker: LoopbackBroker;

  constructor(clock: ManualClock, broker: LoopbackBroker, disk: MemoryDisk) {
    this.clock = clock;
    this.#broker = broker;
    this.disk = disk;
  }

  static async open(): Promise<World> {
    const clock = new ManualClock();
    return new World(clock, new LoopbackBroker(clock), new MemoryDisk()).#start();
  }

  /** The next start after a power cut. */
  async again(): Promise<World> {
    this.bus.cut();
    return new World(this.clock, this.#broker, this.disk.restarted()).#start();
  }

  /** Of the events that were heard, in their order. */
  get states(): string[] {
    const events = this.messages.filter(({ topic }) => topic.endsWith("/speech/event"));
    return events.map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)).data.state);
  }

  /** Codes of the alarms that the broker keeps. */
  async alarmsOnBroker(): Promise<string[]> {
    const topics: string[] = [];
    await this.#broker.join().subscribe(["frontdesk/1/lobby/alarm/+"], async ({ topic }) => {
      topics.push(topic);
    });
    await this.clock.advance(0);
    return topics.map((topic) => topic.split("/").at(-1) ?? "");
  }

  async #start(): Promise<World> {
    const trace = new TraceRing();
    const ear = this.#broker.join();
    await ear.subscribe(["#"], async (message) => void this.messages.push(message));
    const who = { root: "frontdesk", device: "lobby", boot: "1", clock: () => "synced" as const };
    const identity = await Identity.open(who, countedStamps(this.clock), this.disk, trace);
    this.bus = this.#broker.join(() => identity.will());
    const post = new Post(this.bus, identity, trace);
    this.outbox = await Outbox.open<KeptEvent>(this.disk, trace, "events.log");
    this.telling = new Telling(this.bus, { identity, post }, this.outbox, async ({ state }) => {
      this.told.push(state);
    });
    this.alarms = await Alarms.open({ bus: this.bus, identity, post, disk: this.disk });
    await this.clock.advance(0);
    return this;
  }
}
