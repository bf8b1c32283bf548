import { connectAsync, type MqttClient } from "mqtt";
import { until } from "./wait.ts";

interface Event {
  readonly jobId: string;
  readonly state: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The board as a fleet manager has it: jobs in and events out, through the broker. */
export class Guest implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #device: string;
  readonly #events: Event[] = [];
  #state: string | undefined;
  #jobs = 0;

  private constructor(client: MqttClient, device: string) {
    this.#client = client;
    this.#device = device;
    client.on("message", (topic, payload) => this.#take(topic, payload.toString()));
  }

  static async open(url: string, device: string): Promise<Guest> {
    const client = await connectAsync(url, { protocolVersion: 5 });
    const guest = new Guest(client, device);
    await client.subscribeAsync(`frontdesk/1/${device}/#`, { qos: 1 });
    return guest;
  }

  /** Forgets what the device said, before it is started again. */
  forget(): void {
    this.#state = undefined;
  }

  /** Resolves once the device says that it is in this state. */
  says(state: string): Promise<void> {
    return until(() => this.#state === state, `the device to be ${state}`, 300_000);
  }

  /** Pushes a configuration, as the fleet does. */
  async configure(version: number, config: object): Promise<void> {
    const topic = `frontdesk/1/${this.#device}/config/desired`;
    const payload = JSON.stringify({ version, config });
    await this.#client.publishAsync(topic, payload, { qos: 1, retain: true });
  }

  /** Submits a job without captions and returns its id. */
  async submit(text: string): Promise<string> {
    const jobId = `device-${process.pid}-${++this.#jobs}`;
    const payload = JSON.stringify({ jobId, kind: "text", text, captions: false });
    const topic = `frontdesk/1/${this.#device}/speech/submit`;
    await this.#client.publishAsync(topic, payload, {
      qos: 1,
      properties: { messageExpiryInterval: 60 },
    });
    return jobId;
  }

  /** What the device said of the job when it came to one of the states. */
  async reached(jobId: string, ...states: readonly string[]): Promise<Event> {
    const find = (): Event | undefined =>
      this.#events.find((event) => event.jobId === jobId && states.includes(event.state));
    await until(() => find() !== undefined, `job ${jobId} to be ${states.join(" or ")}`, 180_000);
    return find()!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }

  #take(topic: string, payload: string): void {
    if (payload === "") return;
    const { data } = JSON.parse(payload) as { data?: Record<string, unknown> };
    if (data === undefined) return;
    if (topic.endsWith("/state")) this.#state = String(data.state);
    if (!topic.endsWith("/speech/event")) return;
    this.#events.push({ jobId: String(data.jobId), state: String(data.state), data });
  }
}
