import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { SilentKiosk } from "../../scripts/bench/silent-kiosk.ts";
import { Wire } from "../../scripts/bench/wire.ts";
import { say } from "../../scripts/client/say.ts";
import { type Broker, startBroker } from "../../scripts/demo/broker.ts";
import { Listener, publish, request } from "../support/clients.ts";
import { until } from "../support/until.ts";

let broker: Broker;
let root: string;
before(async () => {
  broker = await startBroker();
  root = await mkdtemp(join(tmpdir(), "frontdesk-jobs-"));
});
after(async () => {
  await broker.stop();
  await rm(root, { recursive: true });
});

test("mosquitto_pub has a job spoken, and every change of it is told", async () => {
  await using desk = await Desk.open("submit");
  await desk.submit({ jobId: "a", text: "Hello", colour: "unknown fields are ignored" });
  await desk.hears("a completed");
  assert.deepEqual(desk.events, ["a queued", "a preparing", "a speaking", "a completed"]);
  const { type, corr, seq, data } = desk.listener.heard.at(-1)!;
  assert.deepEqual([type, corr], ["speech.event", "a"]);
  assert(seq > desk.listener.heard[0]!.seq, "seq rises");
  assert.match(String(data.detail?.textSha256), /^[0-9a-f]{64}$/);
});

test("mosquitto_rr gets its answer", async () => {
  await using desk = await Desk.open("answer");
  const queued = await request(broker.port, desk.topic("speech/submit"), '{"text":"Hello"}');
  assert.equal(queued.data.state, "queued");
  assert.match(String(queued.data.jobId), /^[0-9A-HJKMNP-TV-Z]{26}$/);
  const unknown = await request(broker.port, desk.topic("speech/cancel"), '{"jobId":"x"}');
  assert.equal(unknown.data.errors?.[0]?.code, "UNKNOWN_JOB");
  const pong = await request(broker.port, desk.topic("cmd/ping/req"), "{}");
  assert.deepEqual([pong.type, pong.data.state], ["cmd.ping.res", "ready"]);
});

test("jobs are spoken in turn, an interrupt at once, a cancelled one not at all", async () => {
  await using desk = await Desk.open("turns");
  desk.kiosk.hold = "speaking";
  await desk.submit({ jobId: "a", text: "first" });
  await desk.hears("a speaking");
  for (const jobId of ["b", "c", "d"]) await desk.submit({ jobId, text: jobId });
  await desk.submit({ jobId: "i", text: "now", mode: "interrupt" });
  await desk.hears("i speaking");
  await desk.cancel({ jobId: "c" });
  await desk.hears("c cancelled");
  desk.kiosk.hold = "nowhere";
  await desk.hears("d completed");
  assert.deepEqual(desk.kiosk.spoken, ["a", "i", "b", "d"]);
  const ends = desk.ends.filter((event) => event !== "c cancelled");
  assert.deepEqual(ends, ["a interrupted", "i completed", "b completed", "d completed"]);
});

test("cancelling the job at hand silences it", async () => {
  await using desk = await Desk.open("cancel");
  desk.kiosk.hold = "speaking";
  await desk.submit({ jobId: "a", text: "first" });
  await desk.hears("a speaking");
  await desk.cancel({ all: true });
  await desk.hears("a cancelled");
  assert.equal(desk.kiosk.depth, 0);
});

test("a job expires when its message would have", async () => {
  await using desk = await Desk.open("expiry");
  desk.kiosk.hold = "speaking";
  await desk.submit({ jobId: "a", text: "first" });
  await desk.hears("a speaking");
  const second = ["-D", "publish", "message-expiry-interval", "1"];
  await publish(broker.port, desk.topic("speech/submit"), '{"jobId":"b","text":"late"}', ...second);
  await desk.hears("b expired");
  desk.kiosk.hold = "nowhere";
  await desk.hears("a completed");
  assert.deepEqual(desk.kiosk.spoken, ["a"]);
});

test("bad input is answered with a reason, and the next job is spoken", async () => {
  await using desk = await Desk.open("bad");
  await desk.raw(`{"jobId":"big","text":"${"x".repeat(200_000)}"}`);
  await desk.raw('{"jobId":"torn","text":');
  await desk.raw("[]");
  await desk.submit({ jobId: "empty", text: "  " });
  await desk.submit({ jobId: "kind", kind: "audio", audioUrl: "https://example.org/a.wav" });
  await desk.submit({ jobId: "mode", text: "a", mode: "shout" });
  await desk.submit({ jobId: "good", text: "Hello" });
  await desk.hears("good completed");
  assert.deepEqual(desk.events.slice(0, 6), [
    "rejected TOO_LARGE",
    "rejected INVALID_JSON",
    "rejected NOT_AN_OBJECT",
    "empty rejected EMPTY_TEXT",
    "kind rejected SOURCE_NOT_ALLOWED",
    "mode rejected UNKNOWN_VALUE",
  ]);
});

test("a Response Topic that would give orders to a device is refused", async () => {
  await using desk = await Desk.open("orders");
  const orders = ["-D", "publish", "response-topic", desk.topic("speech/submit")];
  await publish(broker.port, desk.topic("speech/submit"), '{"jobId":"a","text":"a"}', ...orders);
  await desk.hears("a completed");
  assert.equal(desk.events.length, 4);
  assert.match(
    String(desk.listener.heard[0]!.data.replyRefused),
    /^Cannot reply to .* belong to devices$/,
  );
});

test("say() follows its job to the end", async () => {
  await using _desk = await Desk.open("say");
  const states: string[] = [];
  for await (const event of say({ url: broker.url, device: "say", text: "Hello" })) {
    states.push(event.state);
  }
  assert.deepEqual(states, ["queued", "preparing", "speaking", "completed"]);
});

test("say() names what is missing", async () => {
  const nobody = say({ url: broker.url, device: "nobody", text: "Hello" });
  await assert.rejects(nobody.next(), /^Error: Cannot speak on nobody: no such device has ever/);
  const nowhere = say({ url: "mqtt://127.0.0.1:1", device: "say", text: "Hello" });
  await assert.rejects(nowhere.next(), /^Error: Cannot reach broker at mqtt:\/\/127.0.0.1:1: /);
});

test("state tells ready, lost and disconnected, with the number of the connection", async () => {
  await using watcher = await Listener.to(broker.port, "frontdesk/1/state/state");
  const states = () => watcher.heard.map(({ data }) => `${data.state} ${data.session}`);
  await using wire = await Wire.to(broker.port);
  const kiosk = await SilentKiosk.start(wire.url, "state", join(root, "state"));
  await until(() => states().includes("ready 1"), "the birth");
  wire.cut();
  await until(() => states().includes("lost 1"), "the will");
  wire.mend();
  await until(() => states().includes("ready 2"), "the second birth");
  await kiosk[Symbol.asyncDispose]();
  await until(() => states().includes("disconnected 2"), "the goodbye");
  await using again = await SilentKiosk.start(wire.url, "state", join(root, "state"));
  await until(() => again.connected && states().includes("ready 3"), "the birth of the next start");
  assert.deepEqual(states(), ["ready 1", "lost 1", "ready 2", "disconnected 2", "ready 3"]);
});

test("a kiosk that loses power tells what became of its job and takes what waited", async () => {
  const first = await Desk.open("power");
  first.kiosk.hold = "speaking";
  await first.submit({ jobId: "a", text: "first" });
  await first.hears("a speaking");
  await first.pullThePlug();
  await first.submit({ jobId: "b", text: "while it was off" });
  await using second = await Desk.open("power");
  await second.hears("b completed");
  assert.deepEqual(second.kiosk.spoken, ["b"]);
  assert(second.events.includes("a interrupted"), "the interrupted job is told of");
});

test("a broker that crashes between loses nothing and has nothing said twice", async () => {
  await using other = await startBroker();
  await using desk = await Desk.open("crash", other);
  desk.kiosk.hold = "speaking";
  await desk.submit({ jobId: "a", text: "first" });
  await desk.submit({ jobId: "b", text: "second" });
  await desk.hears("b queued");
  await other.crash();
  await until(() => !desk.kiosk.connected, "the loss of the broker");
  desk.kiosk.hold = "nowhere";
  await until(() => desk.kiosk.spoken.length === 2, "both jobs to be spoken without a broker");
  await other.restart();
  await until(() => desk.kiosk.connected, "the broker");
  await desk.submit({ jobId: "a", text: "first" });
  await desk.submit({ jobId: "c", text: "third" });
  await desk.hears("c completed");
  assert.deepEqual(desk.kiosk.spoken, ["a", "b", "c"]);
  assert.deepEqual(desk.ends, ["a completed", "b completed", "c completed"]);
  assert(desk.events.includes("a completed dup"), "the repeated request is answered");
});

/** A kiosk, and the mosquitto clients around it. */
class Desk implements AsyncDisposable {
  readonly kiosk: SilentKiosk;
  readonly listener: Listener;
  readonly #device: string;
  readonly #port: number;
  readonly #wire: Wire;

  constructor(
    kiosk: SilentKiosk,
    listener: Listener,
    wire: Wire,
    at: { device: string; port: number },
  ) {
    this.kiosk = kiosk;
    this.listener = listener;
    this.#wire = wire;
    this.#device = at.device;
    this.#port = at.port;
  }

  static async open(device: string, { port } = broker): Promise<Desk> {
    const listener = await Listener.to(port, `frontdesk/1/${device}/speech/event`);
    const wire = await Wire.to(port);
    const kiosk = await SilentKiosk.start(wire.url, device, join(root, device));
    await until(() => kiosk.connected, "the kiosk to connect");
    return new Desk(kiosk, listener, wire, { device, port });
  }

  get events(): string[] {
    return this.listener.events;
  }

  /** Terminal events that are changes of jobs, without repetitions of QoS 1. */
  get ends(): string[] {
    const ends = this.listener.heard.filter(
      ({ data }) =>
        !data.request && /completed|failed|cancelled|expired|interrupted/.test(data.state),
    );
    return [...new Set(ends.map(({ data }) => `${data.jobId} ${data.state}`))];
  }

  topic(name: string): string {
    return `frontdesk/1/${this.#device}/${name}`;
  }

  raw(payload: string): Promise<void> {
    return publish(this.#port, this.topic("speech/submit"), payload);
  }

  submit(job: object): Promise<void> {
    return this.raw(JSON.stringify(job));
  }

  cancel(body: object): Promise<void> {
    return publish(this.#port, this.topic("speech/cancel"), JSON.stringify(body));
  }

  hears(event: string): Promise<void> {
    return until(() => this.events.includes(event), `the event "${event}"`);
  }

  async pullThePlug(): Promise<void> {
    this.#wire.cut();
    await until(() => !this.kiosk.connected, "the cut");
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kiosk[Symbol.asyncDispose]();
    await this.listener[Symbol.asyncDispose]();
    await this.#wire[Symbol.asyncDispose]();
  }
}
