import assert from "node:assert/strict";
import { test } from "node:test";
import { LoopbackBroker } from "../../drivers/bus/broker.ts";
import type { Message } from "../../drivers/bus/bus.ts";
import { ManualClock } from "../../drivers/clock/manual.ts";
import { countedStamps } from "../../drivers/clock/stamps.ts";
import { MemoryDisk } from "../../drivers/disk/memory.ts";
import { emptyReport } from "../../runtime/content/report.ts";
import { TraceRing } from "../../runtime/diagnostics/trace.ts";
import { Alarms } from "../../runtime/fleet/alarms.ts";
import { Identity } from "../../runtime/fleet/identity.ts";
import { Outbox } from "../../runtime/fleet/outbox.ts";
import { Post } from "../../runtime/fleet/post.ts";
import { Reports } from "../../runtime/fleet/reports.ts";
import { FleetSession } from "../../runtime/fleet/session.ts";
import { settle } from "../../runtime/settings/layers.ts";
import { longCommands, type Orders, shortCommands } from "../../runtime/wiring/orders.ts";

test("identify, bench-screen, restart and log-level reach what they are about", async () => {
  const world = await World.open();
  await world.ask("identify", {});
  await world.ask("identify", { bench: true });
  await world.ask("bench-screen", {});
  await world.ask("restart", { force: true });
  await world.ask("log-level", { level: "debug" });
  assert.deepEqual(world.done, [
    "banner kiosk 30000",
    "bench",
    "bench",
    "restart true",
    "log debug",
  ]);
  assert.deepEqual(world.answers("status"), Array(5).fill("successful"));
});

test("arguments are checked, all of them, and what throws is an answer", async () => {
  const world = await World.open();
  await world.ask("log-level", { level: "loud" });
  await world.ask("restart", { force: "yes" });
  await world.ask("screenshot", {});
  assert.deepEqual(world.done, []);
  assert.deepEqual(world.codes(), ["UNKNOWN_VALUE", "INVALID_TYPE", "NO_PICTURE"]);
});

test("a screenshot goes only to a host that is allowed", async () => {
  const world = await World.open({ fleet: { uploadHosts: ["files.example"] } });
  world.picture = { jpeg: "AAAA", width: 1, height: 1 };
  await world.ask("screenshot", { url: "https://files.example.evil/a.jpg" });
  await world.ask("screenshot", { url: "http://files.example/a.jpg" });
  await world.ask("screenshot", { url: "https://files.example/a.jpg" });
  assert.deepEqual(world.codes(), ["HOST_NOT_ALLOWED", "INVALID_VALUE"]);
  assert.deepEqual(world.done, ["put https://files.example/a.jpg 3"]);
});

test("reboot is off unless the device allows it", async () => {
  const world = await World.open();
  await world.long("reboot/1", { state: "init" });
  assert.deepEqual(world.states("cmd/reboot/1"), ["executing", "failed NOT_ALLOWED"]);
  assert.deepEqual(world.done, []);
});

test("doctor tells the findings; a bundle is taken to an allowed host and followed", async () => {
  const world = await World.open({ fleet: { uploadHosts: ["files.example"] } });
  await world.ask("doctor", {});
  assert.deepEqual(world.answers("findings"), [[{ code: "STAGE_LOST" }]]);
  await world.long("support-bundle/1", { state: "init", url: "https://files.example/b.tgz" });
  await world.long("support-bundle/2", { state: "init", url: "https://other.example/b.tgz" });
  await world.long("support-bundle/3", { state: "init" });
  assert.deepEqual(world.states("cmd/support-bundle/1"), ["executing", "successful"]);
  assert.deepEqual(world.states("cmd/support-bundle/2"), ["executing", "failed HOST_NOT_ALLOWED"]);
  assert.deepEqual(world.states("cmd/support-bundle/3"), ["executing", "failed MISSING_FIELD"]);
  assert.deepEqual(world.done, ["put https://files.example/b.tgz 2"]);
});

test("a self-test is the whole doctor, followed to its end", async () => {
  const world = await World.open();
  await world.long("self-test/1", { state: "init" });
  assert.deepEqual(world.states("cmd/self-test/1"), ["executing", "successful"]);
  assert.deepEqual(world.data("cmd/self-test/1").findings, [{ code: "BOARD_HOT" }]);
});

test("a reboot is forced only when it says so", async () => {
  const world = await World.open({ fleet: { reboot: true } });
  await world.long("reboot/1", { state: "init", force: true });
  assert.deepEqual(world.done, ["reboot now"]);
});

test("a reboot is successful once the board has started again", async () => {
  const allowed = { fleet: { reboot: true } };
  const world = await World.open(allowed);
  await world.long("reboot/1", { state: "init" });
  assert.deepEqual(world.states("cmd/reboot/1"), ["executing"]);
  assert.deepEqual(world.done, ["reboot"]);
  const later = await world.again("boot-2");
  assert.deepEqual(later.states("cmd/reboot/1"), ["executing", "successful"]);
  assert.deepEqual(later.done, []);
});

test("a long command is done once, however often it is heard", async () => {
  const world = await World.open({ fleet: { reboot: true } });
  await world.long("reboot/1", { state: "init" });
  world.bus.cut();
  world.bus.mend();
  await world.clock.advance(0);
  assert.deepEqual(world.done, ["reboot"]);
});

test("health, alarms and events: what is critical stays until it is over", async () => {
  const world = await World.open();
  const bad = { level: "critical", findings: [{ code: "STAGE_LOST", critical: true }] } as const;
  world.reports.health(bad, 0);
  await world.reports.event({ severity: "critical", code: "STAGE_LOST", wallMs: 0, detail: {} });
  await world.clock.advance(0);
  assert.equal(world.data("health").level, "critical");
  assert.equal(world.data("alarm/STAGE_LOST").code, "STAGE_LOST");
  assert.equal(world.data("event/critical/STAGE_LOST").eventSeq, 1);
  assert.deepEqual(world.outbox.waiting, []);
  world.reports.health({ level: "ok", findings: [] }, 1);
  await world.clock.advance(0);
  assert.equal(world.last("alarm/STAGE_LOST")?.payload.length, 0);
});

test("events of days without a broker come with the next connection, in their order", async () => {
  const world = await World.open();
  world.bus.cut();
  for (const code of ["A", "B"]) {
    await world.reports.event({ severity: "warning", code, wallMs: 0, detail: {} });
  }
  world.bus.mend();
  await world.clock.advance(0);
  const seqs = ["A", "B"].map((code) => world.data(`event/warning/${code}`).eventSeq);
  assert.deepEqual(seqs, [1, 2]);
});

test("without a fleet manager numbers and notices wait, and what is urgent does not", async () => {
  const world = await World.open();
  world.reports.host(bytes({ state: "offline" }));
  world.reports.telemetry("stage", { dropped: 1 }, 0);
  await world.reports.event({ severity: "info", code: "LATER", wallMs: 0, detail: {} });
  await world.reports.event({ severity: "critical", code: "NOW", wallMs: 0, detail: {} });
  await world.clock.advance(0);
  assert.equal(world.last("telemetry/stage"), undefined);
  assert.equal(world.last("event/info/LATER"), undefined);
  assert(world.last("event/critical/NOW"));
  world.reports.host(bytes({ state: "online" }));
  await world.clock.advance(0);
  assert(world.last("event/info/LATER"));
});

test("numbers are told when a bucket changes, and every ten seconds at most", async () => {
  const world = await World.open();
  const told = () => world.messages.filter(({ topic }) => topic.endsWith("/telemetry/stage"));
  const after = async (dropped: number, nowMs: number) => {
    world.reports.telemetry("stage", { dropped }, nowMs);
    await world.clock.advance(0);
    return told().length;
  };
  assert.equal(await after(1_200, 0), 1);
  assert.equal(await after(1_900, 9_999), 1, "too soon");
  assert.equal(await after(1_210, 20_000), 1, "the same bucket");
  assert.equal(await after(1_300, 20_000), 2);
  assert.equal(world.data("telemetry/stage").dropped, 1_300);
});

/** One device with all its commands, a broker in memory, and somebody who asks. */
class World {
  readonly clock: ManualClock;
  readonly messages: Message[] = [];
  readonly done: string[] = [];
  picture: Awaited<ReturnType<Orders["shoot"]>> = { reason: "it is dark" };
  bus!: ReturnType<LoopbackBroker["join"]>;
  outbox!: Outbox;
  reports!: Reports;
  readonly #broker: LoopbackBroker;
  readonly #config: object;

  constructor(config: object, clock: ManualClock, broker: LoopbackBroker) {
    this.#config = config;
    this.clock = clock;
    this.#broker = broker;
  }

  static async open(config: object = {}): Promise<World> {
    const clock = new ManualClock();
    return new World(config, clock, new LoopbackBroker(clock)).#start("boot-1");
  }

  /** The next start of the board, on the same broker. */
  again(boot: string): Promise<World> {
    this.bus.cut();
    return new World(this.#config, this.clock, this.#broker).#start(boot);
  }

  async #start(boot: string): Promise<World> {
    const trace = new TraceRing();
    const disk = new MemoryDisk();
    const ear = this.#broker.join();
    await ear.subscribe(["#"], async (message) => void this.messages.push(message));
    const who = { root: "frontdesk", device: "lobby", boot, clock: () => "synced" as const };
    const identity = await Identity.open(who, countedStamps(this.clock), disk, trace);
    this.bus = this.#broker.join(() => identity.will());
    this.outbox = await Outbox.open(disk, trace);
    const post = new Post(this.bus, identity, trace);
    const alarms = await Alarms.open({ bus: this.bus, identity, post, disk });
    const parts = { identity, post, outbox: this.outbox, alarms };
    const none = { version: null, state: "none", errors: [], committed: null, hash: "" } as const;
    const report = { ...none, sources: {}, drift: null, poisoned: [] };
    const content = () => emptyReport("");
    this.reports = new Reports(this.bus, parts, { configuration: () => report, content });
    const orders = this.#orders();
    new FleetSession(this.bus, identity, trace, {
      submit: async () => [],
      cancel: async () => [],
      told: async () => {},
      outbox: await Outbox.open(disk, trace, "events.log"),
      state: () => "ready",
      info: () => ({}),
      commands: { short: shortCommands(orders), long: longCommands(orders) },
    });
    await this.clock.advance(0);
    return this;
  }

  #orders(): Orders {
    const note = (text: string) => void this.done.push(text);
    return {
      config: () => settle([{ name: "site", document: this.#config }]).config,
      pose: (name) => note(`pose ${name ?? "none"}`),
      banner: (text, forMs) => note(`banner ${text} ${forMs}`),
      shoot: async () => this.picture,
      setLog: (level) => note(`log ${level}`),
      restart: (force) => note(`restart ${force}`),
      bench: () => {
        note("bench");
        return true;
      },
      findings: () => [{ code: "STAGE_LOST" }],
      bundle: async () => Uint8Array.of(1, 2),
      examine: async () => [{ code: "BOARD_HOT" }],
      reboot: async (force) => note(force ? "reboot now" : "reboot"),
      upload: { put: async (url, file) => note(`put ${url} ${file.length}`) },
    };
  }

  async ask(type: string, args: object): Promise<void> {
    await this.#send(`cmd/${type}/req`, args, { responseTopic: `answers/${type}` });
  }

  async long(name: string, body: object): Promise<void> {
    await this.#send(`cmd/${name}`, body, { retain: true });
  }

  async #send(name: string, body: object, more: Partial<Message>): Promise<void> {
    const topic = `frontdesk/1/lobby/${name}`;
    await this.#broker.join().publish({ topic, payload: bytes(body), qos: 1, ...more });
    await this.clock.advance(0);
  }

  last(name: string): Message | undefined {
    return this.messages.findLast(({ topic }) => topic === `frontdesk/1/lobby/${name}`);
  }

  data(name: string): Record<string, unknown> {
    return read(this.last(name)!).data;
  }

  answers(field: string): unknown[] {
    const answers = this.messages.filter(({ topic }) => topic.startsWith("answers/"));
    return answers.map((message) => read(message).data[field]);
  }

  codes(): string[] {
    const errors = this.answers("errors") as ({ code: string }[] | undefined)[];
    return errors.flatMap((some) => some?.map(({ code }) => code) ?? []);
  }

  /** What the device itself said on a long command. */
  states(name: string): string[] {
    const topic = `frontdesk/1/lobby/${name}`;
    const said = this.messages.filter((message) => message.topic === topic).map(read);
    return said
      .filter(({ data }) => data !== undefined)
      .map(({ data: { state, errors } }) =>
        [state, (errors as { code: string }[] | undefined)?.[0]?.code].filter(Boolean).join(" "),
      );
  }
}

function read({ payload }: Message): { readonly data: Record<string, unknown> } {
  return JSON.parse(new TextDecoder().decode(payload));
}

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
