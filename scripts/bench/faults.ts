import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { isTerminal } from "../../runtime/job/job.ts";
import { type Broker, startBroker } from "../demo/broker.ts";
import { SilentKiosk } from "./silent-kiosk.ts";
import { Wire } from "./wire.ts";

/** Where the job at hand is when the fault comes. */
export const hands = ["preparing", "speaking"] as const;

type Hand = (typeof hands)[number];

/**
 * What one fault did to five jobs: one at hand that ends while the fault lasts, one that waits, one
 * on its way, one sent after it, one sent twice.
 */
export interface FaultResult {
  readonly fault: string;
  /** Jobs without an end. */
  readonly lost: number;
  /** Jobs spoken more than once, or with two ends. */
  readonly twice: number;
  /** From the moment that broker and line are whole again to a device that is there. */
  readonly reconnectMs: number;
}

interface Place {
  readonly broker: Broker;
  readonly wire: Wire;
  readonly device: string;
}

/** Breaks the connection; what it returns makes it whole again. */
type Fault = (place: Place) => Promise<() => Promise<void> | void>;

export const faults: Readonly<Record<string, Fault>> = {
  "line cut": async ({ wire }) => {
    wire.cut();
    await sleep(3_000);
    return () => wire.mend();
  },
  "half-open line": async ({ wire }) => {
    wire.silence();
    await sleep(3_000);
    return () => wire.mend();
  },
  "no CONNACK": async ({ wire }) => {
    wire.cut();
    wire.mend();
    wire.silence();
    await sleep(3_000);
    return () => wire.mend();
  },
  "cut at byte 7": (place) => cutAt(place, 7),
  "cut at byte 90": (place) => cutAt(place, 90),
  "cut at byte 700": (place) => cutAt(place, 700),
  "400 ms late": (place) => troubled(place, { delayMs: 400 }),
  "30 % of packets lost": (place) => troubled(place, { lossShare: 0.3 }),
  "every message twice": (place) => troubled(place, { twice: true }),
  "acknowledgements lost": async ({ wire }) => {
    wire.trouble({ deafToAcknowledgements: true });
    await sleep(3_000);
    // MQTT sends again only over a new connection.
    return () => {
      wire.cut();
      wire.mend();
    };
  },
  "CONNACK: server unavailable": (place) => refused(place, { connack: 0x88 }),
  "CONNACK: bad user name or password": (place) => refused(place, { connack: 0x86 }),
  "CONNACK: quota exceeded": (place) => refused(place, { connack: 0x97 }),
  "SUBACK: not authorized": (place) => refused(place, { suback: true }),
  "taken over": async ({ broker, device }) => {
    for (let twin = 0; twin < 3; twin++) {
      await (await connectAsync(broker.url, session(device, false))).endAsync();
      await sleep(300);
    }
    return () => {};
  },
  "session wiped": async ({ broker, wire, device }) => {
    wire.cut();
    await sleep(500);
    await (await connectAsync(broker.url, session(device, true))).endAsync();
    return () => wire.mend();
  },
  "broker crashed": async ({ broker }) => {
    await broker.crash();
    await sleep(3_000);
    return () => broker.restart();
  },
};

/** One device, one fault; takes up to a minute, most of it waiting. */
export async function suffer(fault: string, hand: Hand): Promise<FaultResult> {
  const inflict = faults[fault];
  if (!inflict) throw new RangeError(`Cannot inflict "${fault}": there is no such fault`);
  await using broker = await startBroker();
  await using wire = await Wire.to(broker.port);
  const device = "sufferer";
  using folder = temporaryFolder();
  await using manager = await Watcher.open(broker.url, device);
  await using kiosk = await SilentKiosk.start(wire.url, device, folder.path);
  await met(() => kiosk.connected);
  kiosk.hold = hand;
  await manager.submit("spoken");
  await met(() => kiosk.at(hand) === "spoken");
  await manager.submit("waiting");
  await met(() => kiosk.depth === 1);
  const mend = await inflict({ broker, wire, device });
  const onItsWay = manager.submit("during");
  kiosk.hold = "nowhere";
  await met(() => kiosk.spoken.includes("waiting"));
  await mend();
  const startMs = performance.now();
  // A session that is there again, and not the one that does not know yet that it is gone.
  await met(() => manager.connected);
  await onItsWay;
  for (const jobId of ["late", "double", "double"]) await manager.submit(jobId);
  await met(() => kiosk.spoken.includes("double") && kiosk.connected);
  const reconnectMs = performance.now() - startMs;
  const jobs = ["spoken", "waiting", "during", "late", "double"];
  await met(() => jobs.every((job) => manager.ends.has(job))).catch(() => {});
  const lost = jobs.filter((job) => !manager.ends.has(job)).length;
  const repeated = (job: string) => kiosk.spoken.filter((one) => one === job).length > 1;
  const twice = jobs.filter((job) => repeated(job) || (manager.ends.get(job)?.size ?? 0) > 1);
  return { fault, lost, twice: twice.length, reconnectMs };
}

/** Removed after all that was opened later, and may write into it, has ended. */
function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "frontdesk-fault-"));
  const remove = () => rmSync(path, { recursive: true, force: true });
  return { path, [Symbol.dispose]: remove };
}

async function troubled({ wire }: Place, trouble: Parameters<Wire["trouble"]>[0]) {
  wire.trouble(trouble);
  await sleep(3_000);
  return () => wire.mend();
}

/** The line breaks, and the broker takes the device back only when it is itself again. */
async function refused({ wire }: Place, trouble: Parameters<Wire["trouble"]>[0]) {
  wire.trouble(trouble);
  wire.cut();
  wire.restore();
  await sleep(5_000);
  return () => wire.mend();
}

async function cutAt({ wire }: Place, bytes: number): Promise<() => void> {
  wire.cutAfter(bytes);
  await sleep(3_000);
  return () => wire.mend();
}

function session(clientId: string, clean: boolean) {
  const properties = { sessionExpiryInterval: clean ? 0 : 600 };
  return { protocolVersion: 5, clientId, clean, reconnectPeriod: 0, properties } as const;
}

/** A fleet manager that hears everything, over a session that outlives the broker. */
class Watcher implements AsyncDisposable {
  /** Ids of the messages that told a job's end, by job; a message may come twice. */
  readonly ends = new Map<string, Set<string>>();
  readonly #client: MqttClient;
  readonly #device: string;
  #unheard = false;

  constructor(client: MqttClient, device: string) {
    this.#client = client;
    this.#device = device;
    client.on("packetreceive", (packet) => {
      const unheard = packet.cmd === "puback" && packet.reasonCode === noMatchingSubscribers;
      this.#unheard ||= unheard;
    });
    client.on("message", (_, payload) => {
      const { id, data } = JSON.parse(payload.toString());
      if (data.request || data.dup || !isTerminal(data.state)) return;
      this.ends.set(data.jobId, (this.ends.get(data.jobId) ?? new Set()).add(id));
    });
  }

  static async open(url: string, device: string): Promise<Watcher> {
    const client = await connectAsync(url, { ...session("watcher", false), reconnectPeriod: 100 });
    await client.subscribeAsync(`frontdesk/1/${device}/speech/event`, { qos: 1 });
    return new Watcher(client, device);
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  async submit(jobId: string): Promise<void> {
    const topic = `frontdesk/1/${this.#device}/speech/submit`;
    const properties = { messageExpiryInterval: 600 };
    const payload = JSON.stringify({ jobId, text: "Please come to desk 4." });
    do {
      this.#unheard = false;
      await this.#client.publishAsync(topic, payload, { qos: 1, properties });
      // Nobody has taken it: the device has no session there until it is back.
      if (this.#unheard) await sleep(50);
    } while (this.#unheard);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }
}

/** PUBACK reason code, MQTT 5, 3.4.2.1. */
const noMatchingSubscribers = 0x10;

async function met(fact: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < 150_000; waitedMs += 10) {
    if (fact()) return;
    await sleep(10);
  }
  throw new Error("Cannot go on: still waiting after 150 s");
}
