import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Publishes with mosquitto_pub, a client that shares no code with this project. */
export async function publish(port: number, topic: string, payload: string, ...more: string[]) {
  const expiry = ["-D", "publish", "message-expiry-interval", "60"];
  const to = ["-V", "5", "-p", String(port), "-q", "1", "-t", topic];
  const child = spawn("mosquitto_pub", [...to, ...(more.length > 0 ? more : expiry), "-s"]);
  child.stdin.end(payload);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`Cannot publish to ${topic}: mosquitto_pub ended with ${code}`);
}

/** Asks with mosquitto_rr and gives the first answer. */
export async function request(port: number, topic: string, payload: string): Promise<Envelope> {
  const reply = ["-e", `answers/${Math.random()}`, "-W", "20"];
  const expiry = ["-D", "publish", "message-expiry-interval", "60"];
  const to = ["-p", String(port), "-q", "1", "-t", topic, "-m", payload];
  const { stdout } = await run("mosquitto_rr", [...to, ...reply, ...expiry]);
  return JSON.parse(stdout);
}

export interface Envelope {
  readonly type: string;
  readonly session: number;
  readonly seq: number;
  readonly corr?: string;
  readonly data: {
    readonly jobId: string | null;
    readonly state: string;
    readonly session?: number;
    readonly dup?: true;
    readonly request?: string;
    readonly errors?: readonly { readonly code: string }[];
    readonly detail?: Readonly<Record<string, unknown>>;
    readonly replyRefused?: string;
  };
}

/** Listens with mosquitto_sub over a session that outlives a broker's crash. */
export class Listener implements AsyncDisposable {
  readonly heard: Envelope[] = [];
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout)
      createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
  }

  /** Resolves once the broker has the subscription. */
  static async to(port: number, topic: string): Promise<Listener> {
    const session = ["-c", "-i", `listener-${Math.random()}`, "-x", "3600", "-V", "5"];
    const from = ["-p", String(port), "-q", "1", "-t", topic];
    const listen = ["mosquitto_sub", "-d", ...session, ...from, "-F", "MESSAGE %p"];
    // Line by line, or its word that it has subscribed stays in its buffer.
    const child = spawn("stdbuf", ["-oL", ...listen]);
    const listener = new Listener(child);
    await listener.#ready;
    return listener;
  }

  readonly #subscribed = Promise.withResolvers<void>();
  readonly #ready = this.#subscribed.promise;

  /** `id state` of each job event, with `dup` and the code of its first error. */
  get events(): string[] {
    return this.heard.map(({ data: { jobId, state, dup, errors } }) =>
      [jobId, state, dup ? "dup" : "", errors?.[0]?.code].filter(Boolean).join(" "),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await once(this.#child, "exit");
  }

  #hear(line: string): void {
    if (line.startsWith("MESSAGE ")) this.heard.push(JSON.parse(line.slice(8)));
    else if (line.startsWith("Subscribed")) this.#subscribed.resolve();
  }
}
