import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  connectAsync,
  type IClientOptions,
  type IClientPublishOptions,
  type MqttClient,
} from "mqtt";

/** Where the fleet is, as the command line says it. */
export interface FleetOptions {
  readonly broker: string;
  readonly root: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  /** Say to the devices that a manager is there, for as long as this one is. */
  readonly announce?: boolean;
}

/** The last word of each retained topic of one device, without its envelope. */
export interface Seen {
  readonly state?: { readonly state: string };
  readonly info?: { readonly tier?: string; readonly version?: string };
  readonly health?: { readonly level: string; readonly findings: readonly { code: string }[] };
  readonly now?: { readonly jobId: string | null; readonly state: string; readonly depth: number };
  readonly config?: Report;
}

/** What of `config/reported` a manager needs. */
export interface Report {
  readonly version: number | null;
  readonly state: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

const topics: Readonly<Record<string, keyof Seen>> = {
  state: "state",
  info: "info",
  health: "health",
  "speech/now": "now",
  "config/reported": "config",
};

/** A fleet manager's connection: what all devices last said, and a voice to each. */
export class Manager implements AsyncDisposable {
  readonly client: MqttClient;
  readonly #root: string;
  readonly #devices = new Map<string, Seen>();
  #goodbye: (() => Promise<void>) | undefined;

  constructor(client: MqttClient, root: string) {
    this.client = client;
    this.#root = root;
    client.on("message", (topic, payload) => this.#hear(topic, payload));
  }

  /** Connects and gathers what the broker keeps of the devices. */
  static async connect({ announce, ...fleet }: FleetOptions): Promise<Manager> {
    const { root } = fleet;
    const host = { topic: `${root}/1/$host/state`, qos: 1, retain: true } as const;
    const will = { ...host, payload: Buffer.from(hostSays("offline")) };
    const client = await connectToFleet(fleet, announce ? { will } : {});
    const manager = new Manager(client, root);
    const names = Object.keys(topics).map((name) => `${root}/1/+/${name}`);
    await client.subscribeAsync(names, { qos: 1 });
    if (announce) await manager.#announce(host);
    await sleep(gatherMs);
    return manager;
  }

  /** Devices whose name fits `glob` (`*`: any number of characters), by name. */
  devices(glob: string): readonly (readonly [string, Seen])[] {
    const source = glob.split("*").map((part) => part.replaceAll(/[^a-z0-9-]/g, "\\$&"));
    const pattern = new RegExp(`^${source.join(".*")}$`);
    const all = [...this.#devices].filter(([device]) => pattern.test(device));
    return all.sort(([one], [other]) => (one < other ? -1 : 1));
  }

  seen(device: string): Seen {
    return this.#devices.get(device) ?? {};
  }

  topic(device: string, name: string): string {
    return `${this.#root}/1/${device}/${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#goodbye?.();
    await this.client.endAsync();
  }

  /** Devices hold numbers and notices back from the goodbye on, until a manager comes again. */
  async #announce({ topic, ...delivery }: { topic: string } & IClientPublishOptions) {
    const say = async (state: "online" | "offline") => {
      await this.client.publishAsync(topic, hostSays(state), delivery);
    };
    await say("online");
    // A connection that comes back finds its own will there.
    this.client.on("connect", () => void say("online"));
    this.#goodbye = () => say("offline");
  }

  #hear(topic: string, payload: Buffer): void {
    const [device = "", ...name] = topic.slice(`${this.#root}/1/`.length).split("/");
    const key = topics[name.join("/")];
    if (!key || payload.length === 0) return;
    const { data } = JSON.parse(payload.toString()) as { data: never };
    this.#devices.set(device, { ...this.seen(device), [key]: data });
  }
}

/** A connection to the fleet's broker; rejects with the reason when there is none. */
export async function connectToFleet(
  { broker, ...credentials }: FleetOptions,
  more: IClientOptions = {},
): Promise<MqttClient> {
  const options: IClientOptions = {
    ...{ protocolVersion: 5, connectTimeout: 5_000 },
    ...read(credentials),
    ...more,
  };
  return connectAsync(broker, options, false).catch((error) => {
    const { message, code } = error as NodeJS.ErrnoException;
    throw new Error(`Cannot reach broker at ${broker}: ${message || code}`, { cause: error });
  });
}

/** Retained messages come right after the subscription; there is no sign of the last one. */
const gatherMs = 500;

function hostSays(state: "online" | "offline"): string {
  return JSON.stringify({ state });
}

function read({ ca, cert, key, username, passwordFile }: Partial<FleetOptions>): IClientOptions {
  const files = Object.entries({ ca, cert, key }).filter(([, file]) => file !== undefined);
  const contents = files.map(([name, file]) => [name, readFileSync(file as string)]);
  const password = passwordFile && readFileSync(passwordFile, "utf8").trim();
  return {
    ...Object.fromEntries(contents),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
  };
}
