import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import type { Broker } from "./broker.ts";
import { Child } from "./children.ts";

/** What of the daemon's messages the visitor reads. */
interface Heard {
  readonly data?: {
    readonly jobId?: string;
    readonly state?: string;
    readonly errors?: readonly { readonly code: string; readonly message: string }[];
  };
}

const jobId = "greeting";
const terminal = ["completed", "failed", "rejected", "interrupted", "cancelled", "expired"];
const readyMsMax = 30_000;

/**
 * An independent MQTT client, made of mosquitto's own tools: `mosquitto_sub` listens to the device,
 * `mosquitto_pub` submits the greeting. It prints what the daemon answers.
 */
export class Visitor implements AsyncDisposable {
  readonly #broker: Broker;
  readonly #topic: string;
  readonly #ear: Child;
  readonly #states = new EventTarget();
  #state: string | undefined;

  constructor(broker: Broker, device: string) {
    this.#broker = broker;
    this.#topic = `frontdesk/1/${device}`;
    const topics = [`${this.#topic}/state`, `${this.#topic}/speech/event`];
    this.#ear = new Child(
      "mosquitto_sub",
      ["mosquitto_sub", ...this.#address(), ...topics.flatMap((topic) => ["-t", topic]), "-q", "1"],
      (line) => this.#hear(line),
    );
  }

  /** Waits until the daemon says `ready`; rejects when it ends instead. */
  async ready(stop: AbortSignal, daemon: Child): Promise<void> {
    const died = daemon.ended().then((status) => {
      if (!stop.aborted) throw new Error(`Cannot play the demo: the daemon ended with ${status}`);
    });
    const late = AbortSignal.timeout(readyMsMax);
    await Promise.race([this.#until(["ready"], AbortSignal.any([stop, late])), died]);
    if (late.aborted && this.#state !== "ready") {
      throw new Error(`Cannot play the demo: the daemon is not ready after ${readyMsMax} ms`);
    }
  }

  /** Submits the greeting and waits for its end; returns the state it ended in. */
  async greet(text: string, stop: AbortSignal): Promise<string | undefined> {
    if (stop.aborted) return undefined;
    const job = JSON.stringify({ jobId, kind: "text", text });
    const done = this.#until(terminal, stop);
    await promisify(execFile)("mosquitto_pub", [
      ...[...this.#address(), "-q", "1", "-D", "publish", "message-expiry-interval", "60"],
      ...["-t", `${this.#topic}/speech/submit`, "-m", job],
    ]);
    await done;
    return this.#state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ear[Symbol.asyncDispose]();
  }

  #address(): string[] {
    return ["-V", "mqttv5", "-h", "127.0.0.1", "-p", String(this.#broker.port)];
  }

  #hear(line: string): void {
    const { data } = JSON.parse(line) as Heard;
    if (data?.state === undefined) return;
    this.#state = data.state;
    process.stdout.write(`  ${data.jobId ?? "daemon"}: ${data.state}\n`);
    for (const { code, message } of data.errors ?? []) {
      process.stdout.write(`    ${code}: ${message}\n`);
    }
    this.#states.dispatchEvent(new Event(data.state));
  }

  async #until(states: readonly string[], stop: AbortSignal): Promise<void> {
    if (this.#state !== undefined && states.includes(this.#state)) return;
    const arrivals = states.map((state) => once(this.#states, state, { signal: stop }));
    await Promise.race(arrivals).catch((error: Error) => {
      if (error.name !== "AbortError") throw error;
    });
  }
}
