import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";

/** A change of a job, as the outside sees it, with the moment it was seen. */
export interface SeenEvent {
  readonly jobId: string;
  readonly state: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

interface KioskOptions {
  readonly device?: string;
  /** How the watcher connects. */
  readonly watch?: IClientOptions;
  /** The broker stands in a file, so that the fleet may push another one. */
  readonly site?: boolean;
  /** Keys of the configuration, as `FRONTDESK_CLOCK`. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of its state, which then stays; absent: one of its own. */
  readonly state?: string;
}

interface Waiter {
  readonly fits: (event: SeenEvent) => boolean;
  readonly resolve: (event: SeenEvent) => void;
}

const command = join(import.meta.dirname, "../frontdesk");
const readyMsMax = 30_000;

/**
 * The real daemon as a process of its own beside a broker, watched from outside over MQTT: what a
 * bench and an end-to-end test have of it is what a fleet manager has.
 */
export class RunningKiosk implements AsyncDisposable {
  readonly device: string;
  /** Every line of the daemon's log, parsed. */
  readonly log: Readonly<Record<string, unknown>>[] = [];
  readonly #process: ChildProcess;
  readonly #client: MqttClient;
  /** The folder of its state, which goes with it; undefined: it stays. */
  readonly #state: string | undefined;
  readonly #seen: SeenEvent[] = [];
  #waiters: Waiter[] = [];

  private constructor(
    child: ChildProcess,
    client: MqttClient,
    state: string | undefined,
    device: string,
  ) {
    this.device = device;
    this.#process = child;
    this.#client = client;
    this.#state = state;
    client.on("message", (topic, payload) => this.#take(topic, payload));
    const lines = createInterface({ input: child.stdout! });
    lines.on("line", (line) => this.log.push(parseLine(line)));
  }

  /** Starts the daemon with `flags` of `frontdesk run` and resolves when it says `ready`. */
  static async start(
    brokerUrl: string,
    flags: readonly string[],
    { device = "bench", watch = {}, site = false, env = {}, ...kept }: KioskOptions = {},
  ): Promise<RunningKiosk> {
    const state = kept.state ?? mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
    const client = await connectAsync(brokerUrl, { ...watch, protocolVersion: 5 });
    await client.subscribeAsync(`frontdesk/1/${device}/#`, { qos: 1 });
    const named = ["--broker", brokerUrl, "--device", device, "--state", state];
    const fixed = site ? ["--config", siteFile(state, brokerUrl, device)] : named;
    const child = spawn(command, ["run", ...fixed, "--log", "debug", ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const kiosk = new RunningKiosk(child, client, kept.state ? undefined : state, device);
    try {
      await kiosk.#ready();
      return kiosk;
    } catch (error) {
      await kiosk[Symbol.asyncDispose]();
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Everything that it has said, in the order it came. */
  get heard(): readonly SeenEvent[] {
    return this.#seen;
  }

  /** Publishes a job; resolves with its id and the moment just before it was sent. */
  async submit(job: Readonly<Record<string, unknown>>): Promise<{ jobId: string; atMs: number }> {
    const jobId = `bench-${process.pid}-${++submitted}`;
    const atMs = now();
    const payload = JSON.stringify({ jobId, kind: "text", ...job });
    const properties = { messageExpiryInterval: 60 };
    const topic = `frontdesk/1/${this.device}/speech/submit`;
    await this.#client.publishAsync(topic, payload, { qos: 1, properties });
    return { jobId, atMs };
  }

  /** Sends a part of a streamed job; resolves when the broker has it. */
  async part(jobId: string, payload: Uint8Array): Promise<void> {
    const topic = `frontdesk/1/${this.device}/speech/stream/${jobId}`;
    const properties = { messageExpiryInterval: 60 };
    await this.#client.publishAsync(topic, Buffer.from(payload), { qos: 1, properties });
  }

  /** The first event that fits, seen already or still to come. */
  async event(jobId: string, ...states: readonly string[]): Promise<SeenEvent> {
    const fits = (event: SeenEvent): boolean =>
      event.jobId === jobId && states.includes(event.state);
    const seen = this.#seen.find(fits);
    if (seen) return seen;
    return new Promise((resolve) => this.#waiters.push({ fits, resolve }));
  }

  /** The first message of this topic that fits, seen already or still to come. */
  async seen(kind: string, fits: (data: SeenEvent["data"]) => boolean): Promise<SeenEvent> {
    const wanted = (event: SeenEvent): boolean => event.jobId === kind && fits(event.data);
    const known = this.#seen.find(wanted);
    if (known) return known;
    return new Promise((resolve) => this.#waiters.push({ fits: wanted, resolve }));
  }

  /** Resident memory of the daemon in MB, now and at its highest. */
  memoryMb(): { now: number; peak: number } {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    const read = (key: string): number =>
      Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024;
    return { now: read("VmRSS"), peak: read("VmHWM") };
  }

  /** Stops the daemon as a service manager would and resolves when it has ended. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await exit;
  }

  /** Ends the daemon as a power cut would, and resolves when it has ended. */
  async kill(): Promise<void> {
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#client.endAsync();
    if (this.#state !== undefined) rmSync(this.#state, { recursive: true, force: true });
  }

  #take(topic: string, payload: Buffer): void {
    const { data } = parseLine(payload.toString()) as { data?: Record<string, unknown> };
    if (data === undefined) return;
    const kind = topic.split("/").slice(3).join("/");
    const event = {
      jobId: kind === "speech/event" ? String(data.jobId) : kind,
      state: String(data.state),
      atMs: now(),
      data,
    };
    this.#seen.push(event);
    this.#waiters = this.#waiters.filter((waiter) => {
      if (waiter.fits(event)) waiter.resolve(event);
      return !waiter.fits(event);
    });
  }

  async #ready(): Promise<void> {
    const died = once(this.#process, "exit").then(([code]) => {
      throw new Error(`Cannot start the daemon: it ended with status ${code}`);
    });
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`Cannot start the daemon: not ready after ${readyMsMax} ms`);
      setTimeout(() => reject(error), readyMsMax).unref();
    });
    died.catch(() => {});
    await Promise.race([this.event("state", "ready"), died, late]);
  }
}

let submitted = 0;

function siteFile(state: string, url: string, device: string): string {
  const file = join(state, "site.json");
  writeFileSync(file, JSON.stringify({ device, state, broker: { url } }));
  return file;
}

function now(): number {
  return performance.now();
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { text: line };
  }
}
