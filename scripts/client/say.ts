import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connectAsync, type MqttClient } from "mqtt";
import { limits } from "../../config/limits.ts";
import { topicsOf } from "../../runtime/fleet/topics.ts";
import { isTerminal, type JobEvent, type JobMode } from "../../runtime/job/job.ts";

/** A job and where it is to be said. What is left out is the device's choice. */
interface Saying {
  /** Broker, as `mqtt://host:1883`. */
  readonly url: string;
  readonly device: string;
  readonly root?: string;
  readonly text: string;
  readonly kind?: "text" | "ssml" | "stream";
  /** Of a stream: Hz of its samples, if it is sound. */
  readonly rateHz?: number;
  /** Of a stream: its parts, as they are to be sent. */
  readonly parts?: AsyncIterable<Uint8Array>;
  readonly mode?: JobMode;
  readonly voice?: string;
  readonly lang?: string;
  /** Factors, 0.5 to 2, of loudness 0 to 2. */
  readonly rate?: number;
  readonly pitch?: number;
  readonly volume?: number;
  readonly priority?: number;
  readonly jobId?: string;
  /** How long the job may wait before it begins, 60 s unless told otherwise. */
  readonly ttlSeconds?: number;
}

/** What the device says about the job. */
export type SayEvent = Omit<JobEvent, "wallMs" | "reply">;

/**
 * Submits a job as any MQTT 5 client would and yields what becomes of it, until its end.
 *
 * Throws when the broker cannot be reached, when no device listens, when the device stays silent
 * for the life time of the job, or when the broker goes away in between.
 */
export async function* say(saying: Saying): AsyncGenerator<SayEvent> {
  const client = await reach(saying.url);
  try {
    const ear = new Ear(client, saying);
    await ear.submit();
    for (;;) {
      const event = await ear.next();
      yield event;
      if (event.state === "preparing") ear.stream();
      if (isTerminal(event.state)) return;
    }
  } finally {
    await client.endAsync(true);
  }
}

/** One client's side of one job. */
class Ear {
  readonly #client: MqttClient;
  readonly #saying: Saying;
  readonly #topics;
  readonly #ttlSeconds: number;
  readonly #replyTopic: string;
  readonly #heard: SayEvent[] = [];
  #deviceState = "unknown";
  #unheard = false;
  #begun = false;
  #gone = false;
  #jobId = "";
  #trouble: Error | undefined;
  #wake = () => {};

  constructor(client: MqttClient, saying: Saying) {
    this.#client = client;
    this.#saying = saying;
    this.#topics = topicsOf(saying.root ?? "frontdesk", saying.device);
    this.#ttlSeconds = saying.ttlSeconds ?? 60;
    // Below the device's name, so that a broker can keep others from answering in its place.
    this.#replyTopic = `${saying.root ?? "frontdesk"}/reply/${saying.device}/${randomUUID()}`;
    client.on("message", (topic, payload) => this.#hear(topic, payload));
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "puback" && packet.reasonCode === noMatchingSubscribers) {
        this.#unheard = true;
      }
    });
    client.on("close", () => {
      this.#gone = true;
      this.#wake();
    });
  }

  async submit(): Promise<void> {
    const { device, url } = this.#saying;
    await this.#client.subscribeAsync([this.#replyTopic, this.#topics.state], { qos: 1 });
    await this.#client.publishAsync(this.#topics.submit, JSON.stringify(bodyOf(this.#saying)), {
      qos: 1,
      properties: {
        messageExpiryInterval: this.#ttlSeconds,
        responseTopic: this.#replyTopic,
        correlationData: Buffer.from(device),
      },
    });
    if (!this.#unheard) return;
    throw new Error(`Cannot speak on ${device}: no such device has ever come to ${url}`);
  }

  /** Sends the parts of a stream, while its job goes on. */
  stream(): void {
    const { parts } = this.#saying;
    if (!parts) return;
    const send = async (): Promise<void> => {
      for await (const part of parts) {
        if (this.#gone) return;
        const topic = this.#topics.stream.replace("+", this.#jobId);
        const properties = { messageExpiryInterval: partSeconds, responseTopic: this.#replyTopic };
        this.#client.publish(topic, Buffer.from(part), { qos: 1, properties });
      }
    };
    send().catch((error: unknown) => {
      this.#trouble = error instanceof Error ? error : new Error(String(error));
      this.#wake();
    });
  }

  async next(): Promise<SayEvent> {
    // Once it has begun, its end is bounded by the device.
    const limitMs = this.#begun ? limits.utteranceMsMax : (this.#ttlSeconds + answerSeconds) * 1e3;
    const late = new AbortController();
    const timeout = sleep(limitMs, "late", { signal: late.signal }).catch(() => "woken");
    try {
      while (this.#heard.length === 0) {
        if (this.#gone) throw new Error("Cannot follow the job: the broker went away");
        if (this.#trouble) throw this.#trouble;
        const woken = new Promise<string>((resolve) => {
          this.#wake = () => resolve("woken");
        });
        if ((await Promise.race([woken, timeout])) === "late") throw new Error(this.#silence());
      }
    } finally {
      late.abort();
    }
    const event = this.#heard.shift()!;
    this.#begun ||= event.state === "speaking";
    this.#jobId ||= event.jobId ?? "";
    return event;
  }

  #hear(topic: string, payload: Buffer): void {
    const { data } = JSON.parse(payload.toString());
    if (topic === this.#topics.state) this.#deviceState = data.state;
    else this.#heard.push(data);
    this.#wake();
  }

  #silence(): string {
    const state = `its last known state is ${this.#deviceState}`;
    return `Cannot hear from ${this.#saying.device}: no answer in time, ${state}`;
  }
}

/** PUBACK reason code, MQTT 5, 3.4.2.1. */
const noMatchingSubscribers = 0x10;
const connectMsMax = 5_000;
const partSeconds = 60;
/** What a device may take to say that a job has expired. */
const answerSeconds = 5;

async function reach(url: string): Promise<MqttClient> {
  const options = { protocolVersion: 5, connectTimeout: connectMsMax, reconnectPeriod: 0 } as const;
  try {
    return await connectAsync(url, options, false);
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown };
    throw new Error(`Cannot reach broker at ${url}: ${message || code}`, { cause: error });
  }
}

function bodyOf(saying: Saying): object {
  const {
    url: _url,
    device: _device,
    root: _root,
    ttlSeconds: _ttl,
    parts: _parts,
    ...job
  } = saying;
  const { text, kind = "text", ...rest } = job;
  return { kind, [kind === "ssml" ? "ssml" : "text"]: text, ...rest };
}
