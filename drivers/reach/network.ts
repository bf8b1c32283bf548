import { lookup } from "node:dns/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { connectAsync, type IClientOptions, type MqttClient } from "mqtt";
import type { Reach, Reached, Step, Target } from "./reach.ts";
import { measureSkew } from "./time.ts";

const stepMsMax = 1_500;

/** The real network, step by step; at most 1.5 s a step. */
export class NetworkReach implements Reach {
  async look(target: Target): Promise<Reached> {
    const walk = new Walk(target);
    const [reached, clock] = await Promise.all([walk.go(), askTime(target.timeSources ?? [])]);
    return { ...reached, clock };
  }
}

/** All at once, so that a network without answers costs one wait. */
async function askTime(sources: readonly string[]): Promise<NonNullable<Reached["clock"]>> {
  const answers = await Promise.allSettled(sources.map(measureSkew));
  const said = answers.find((answer) => answer.status === "fulfilled");
  if (said) return said.value;
  const reasons = answers.map((answer, at) =>
    answer.status === "rejected" ? `${sources[at]}: ${reasonOf(answer.reason)}` : "",
  );
  return { reason: reasons.join("; ") || "nobody to ask: see fleet.timeSource" };
}

class Walk {
  readonly #target: Target;
  readonly #host: string;
  readonly #port: number;
  readonly #secure: boolean;
  readonly #passed: Step[] = [];
  #addresses: readonly string[] = [];
  #certificate: Reached["certificate"];

  constructor(target: Target) {
    const url = new URL(target.url);
    this.#target = target;
    this.#secure = url.protocol === "mqtts:";
    this.#host = url.hostname.replace(/^\[|\]$/g, "");
    this.#port = Number(url.port) || (this.#secure ? 8883 : 1883);
  }

  async go(): Promise<Reached> {
    const failed = await this.#firstFailure();
    return {
      passed: this.#passed,
      addresses: this.#addresses,
      ...(failed ? { failed } : {}),
      ...(this.#certificate ? { certificate: this.#certificate } : {}),
    };
  }

  async #firstFailure(): Promise<Reached["failed"]> {
    const dns = await this.#step("dns", () => this.#findName());
    const tcp = dns ?? (await this.#step("tcp", () => this.#knock()));
    const tls = tcp ?? (this.#secure ? await this.#step("tls", () => this.#shake()) : undefined);
    return tls ?? (await this.#speak());
  }

  async #step(step: Step, work: () => Promise<unknown>): Promise<Reached["failed"]> {
    try {
      await inTime(work());
      this.#passed.push(step);
      return undefined;
    } catch (error) {
      return { step, reason: reasonOf(error) };
    }
  }

  async #findName(): Promise<void> {
    const found = await lookup(this.#host, { all: true });
    this.#addresses = found.map(({ address }) => address);
  }

  async #knock(): Promise<void> {
    const socket = connectTcp({ host: this.#host, port: this.#port });
    await settled(socket, "connect");
  }

  /** Looks at the certificate before judging it: an expired one is worth its date. */
  async #shake(): Promise<void> {
    const { authority, certificate, key } = this.#target;
    const socket = connectTls({
      host: this.#host,
      port: this.#port,
      servername: this.#host,
      rejectUnauthorized: false,
      ...(authority === undefined ? {} : { ca: authority }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
    });
    await settled(socket, "secureConnect", () => {
      const { valid_from, valid_to } = socket.getPeerCertificate();
      this.#certificate = { fromMs: Date.parse(valid_from), untilMs: Date.parse(valid_to) };
    });
    const problem = (socket as TLSSocket).authorizationError;
    if (problem) throw new Error(String(problem));
  }

  /** Login and rights, over one connection that leaves no session behind. */
  async #speak(): Promise<Reached["failed"]> {
    let client: MqttClient | undefined;
    const login = await this.#step("connack", async () => {
      client = await connectAsync(this.#target.url, optionsOf(this.#target), false);
    });
    if (login ?? client === undefined) return login;
    try {
      return await this.#try(client);
    } finally {
      await client.endAsync(true);
    }
  }

  async #try(client: MqttClient): Promise<Reached["failed"]> {
    const { subscribe, publish } = this.#target;
    const asked = await this.#step("subscribe", async () => {
      await client.subscribeAsync([...subscribe], { qos: 1 });
    });
    if (asked) return asked;
    return this.#step("publish", () => client.publishAsync(publish, "{}", { qos: 1 }));
  }
}

function optionsOf(target: Target): IClientOptions {
  const { device, username, password, authority, certificate, key } = target;
  return {
    protocolVersion: 5,
    clientId: `${device}-doctor`,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: stepMsMax,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Resolves when the socket is through, then closes it. */
function settled(socket: Socket, event: string, look = () => {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(new Error(lateText)), stepMsMax);
    socket.once("close", () => clearTimeout(timer));
    socket.once("error", reject);
    socket.once(event, () => {
      look();
      socket.destroy();
      resolve();
    });
  });
}

const lateText = `no answer within ${stepMsMax} ms`;

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(lateText)), stepMsMax + 200);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Node reports several refused addresses with an empty message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return error.message || String(code ?? error.name);
}
