import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const command = join(import.meta.dirname, "../frontdesk");

/** A server of cloud sessions as a process of its own. */
export class RunningCloud implements AsyncDisposable {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.url = url;
  }

  /** Starts it with `flags` of `frontdesk cloud serve` on a free port. */
  static async start(flags: readonly string[] = []): Promise<RunningCloud> {
    const child = spawn(command, ["cloud", "serve", "--port", "0", "--log", "error", ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const url = /^The cloud is at (http\S+)/.exec(line)?.[1];
      if (url !== undefined) return new RunningCloud(child, url);
    }
    throw new Error("Cannot start the cloud: it ended");
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** What it answers to a request with JSON. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
    const headers = { "content-type": "application/json" };
    const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}${path}`, { method, ...sent });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  /** A session of this user that may be driven, with its channel. */
  async session(user: string): Promise<RunningSession> {
    const { body } = await this.ask("POST", "/api/v1/sessions", { user });
    const path = `/api/v1/sessions/${body.id}`;
    for (;;) {
      const { state, message } = (await this.ask("GET", path)).body;
      if (state === "ready") break;
      if (state === "closed") throw new Error(`Cannot start the session: ${message}`);
      await sleep(50);
    }
    await this.ask("POST", `${path}/start`);
    const channel = new WebSocket(`${this.url.replace("http", "ws")}${path}/channel`);
    await once(channel, "open");
    return new RunningSession(this, String(body.id), channel);
  }

  /** Ends it as a power cut would, and resolves when it has ended. */
  async kill(): Promise<void> {
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    await exit;
  }
}

/** One session of it, seen from the client's side. */
export class RunningSession {
  readonly id: string;
  readonly path: string;
  readonly whep: string;
  /** Everything that its channel told, in the order it came, with the wall clock in ms. */
  readonly told: Readonly<Record<string, unknown>>[] = [];
  /** How the channel was closed. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #channel: WebSocket;

  constructor(cloud: RunningCloud, id: string, channel: WebSocket) {
    this.id = id;
    this.path = `/api/v1/sessions/${id}`;
    this.whep = `${cloud.url}/whep/${id}`;
    this.#channel = channel;
    channel.addEventListener("message", ({ data }) => {
      this.told.push({ atMs: Date.now(), ...(JSON.parse(String(data)) as object) });
    });
    channel.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
    });
  }

  drive(drive: object): void {
    this.#channel.send(JSON.stringify(drive));
  }

  /** The events of a text or sound, as `text start`, without what is refused or taken. */
  storyOf(drive: string): string[] {
    return this.told
      .filter((event) => event.drive === drive && event.state !== undefined)
      .map(({ event, state, sentence, reason }) =>
        [event, sentence, state, reason].filter((word) => word !== undefined).join(" "),
      );
  }
}
