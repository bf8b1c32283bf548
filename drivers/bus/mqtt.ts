import { Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { connect, type IPublishPacket, type MqttClient } from "mqtt";
import { limits } from "../../config/limits.ts";
import { Backoff } from "./backoff.ts";
import type { Bus, BusState, Message } from "./bus.ts";
import { matchesFilter } from "./filter.ts";
import { type BusTrouble, clientOptions, type MqttOptions } from "./options.ts";
import { type Handed, Outgoing } from "./outgoing.ts";
import { writeNumbersLean } from "./packets.ts";

writeNumbersLean();

import { publishOptions, readMessage, willOf } from "./packet.ts";

interface Subscription {
  readonly topics: readonly string[];
  readonly onMessage: (message: Message) => Promise<void>;
  readonly answer: PromiseWithResolvers<void>;
}

/**
 * MQTT 5 through MQTT.js, over a session that the broker keeps for a week.
 *
 * The connection begins in the turn after the first `subscribe` or `publish`. Subscribe to all that
 * is wanted in that one turn: a kept session may hold messages, and one that nobody has subscribed
 * to by then is acknowledged and reported as unwanted. A refused subscription counts as a failed
 * connection and is asked for again, so a mended access list is enough.
 */
export class MqttBus implements Bus {
  readonly #client: MqttClient;
  readonly #options: MqttOptions;
  readonly #outgoing = new Outgoing((message) => this.#hand(message), nowMs);
  readonly #backoff = new Backoff();
  readonly #subscriptions: Subscription[] = [];
  readonly #listeners: ((state: BusState) => void)[] = [];
  #state: BusState = { kind: "disconnected", reason: "not connected yet" };
  #incoming: Promise<void> = Promise.resolve();
  #reason = connectionClosed;
  #started = false;
  #ending = false;
  #willSpent = true;

  constructor(options: MqttOptions) {
    this.#options = options;
    this.#client = connect(options.url, clientOptions(options));
    this.#client.handleMessage = (packet, done) => void this.#receive(packet, done);
    // Ahead of MQTT.js' own listener, which starts its timer with the period found in the options.
    this.#client.prependListener("close", () => this.#onClose());
    this.#client.on("reconnect", () => this.#prepare());
    this.#client.on("connect", ({ sessionPresent }) => void this.#onConnect(sessionPresent));
    this.#client.on("packetsend", ({ cmd }) => {
      if (cmd === "connect") this.#onConnecting();
    });
    this.#client.on("disconnect", ({ reasonCode = 0 }) => {
      this.#reason = `broker ended the connection with code 0x${reasonCode.toString(16)}`;
    });
    this.#client.on("error", (error) => {
      this.#reason = errorText(error);
    });
  }

  onState(listener: (state: BusState) => void): void {
    this.#listeners.push(listener);
    listener(this.#state);
  }

  subscribe(topics: readonly string[], onMessage: Subscription["onMessage"]): Promise<void> {
    const subscription = { topics, onMessage, answer: Promise.withResolvers<void>() };
    this.#subscriptions.push(subscription);
    this.#start();
    if (this.#state.kind === "connected") void this.#ask(subscription);
    return subscription.answer.promise;
  }

  publish(message: Message): Promise<void> {
    this.#start();
    if (message.qos === 1) return this.#outgoing.add(message);
    if (this.#state.kind === "connected") {
      this.#client.publish(message.topic, Buffer.from(message.payload), publishOptions(message));
    }
    return Promise.resolve();
  }

  /**
   * Ends the present connection with a goodbye, so that no will is read, and makes a new one with
   * the credentials of then. Without a connection there is nothing to do.
   */
  renew(): void {
    // DISCONNECT, reason 0x00 (MQTT 5, 3.14): MQTT.js' own way to say it is not to come back.
    if (this.#client.connected) this.#client.stream.end(Buffer.from([0xe0, 0x00]));
  }

  /** Waits briefly for what is in flight, then says goodbye; without a goodbye the will is read. */
  async [Symbol.asyncDispose](): Promise<void> {
    const untilMs = nowMs() + farewellMsMax;
    while (this.#client.connected && this.#outgoing.size > 0 && nowMs() < untilMs) await pause(10);
    if (this.#started) await this.#end(this.#client.connected && this.#outgoing.size === 0);
    this.#outgoing.abandon("bus is closed");
    const closed = new Error("Cannot subscribe: bus is closed");
    for (const { answer } of this.#subscriptions) answer.reject(closed);
  }

  async #end(politely: boolean): Promise<void> {
    // A stream that closes after the end would otherwise start MQTT.js' timer once more, for ever.
    this.#ending = true;
    this.#client.options.reconnectPeriod = 0;
    const ended = this.#client.endAsync(!politely);
    // A half-open connection never confirms its end.
    await Promise.race([ended, pause(farewellMsMax)]);
    // An end that meets MQTT.js in its own way to reconnect is ignored, and its timer would go on.
    for (let round = 0; round < endRounds; round++) {
      this.#client.stream.destroy();
      await pause(10);
      this.#client.end(true);
    }
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    setImmediate(() => {
      this.#prepare();
      this.#client.connect();
    });
  }

  /** Before every attempt: a new will if the last one reached a broker, a new waiting time. */
  #prepare(): void {
    const delayMs = this.#backoff.delayMs(Math.random());
    this.#client.options.reconnectPeriod = this.#ending ? 0 : delayMs;
    this.#readCredentials();
    if (!this.#options.will || !this.#willSpent) return;
    this.#client.options.will = willOf(this.#options.will());
    this.#willSpent = false;
  }

  #readCredentials(): void {
    try {
      const credentials = this.#options.credentials?.();
      // A certificate without its key throws here, where it is caught, and not while connecting.
      if (credentials) createSecureContext(credentials);
      Object.assign(this.#client.options, credentials);
    } catch (error) {
      const trouble = { topics: [], reason: errorText(error) };
      this.#options.onTrouble?.({ kind: "credentials-unreadable", ...trouble });
    }
  }

  #onConnecting(): void {
    this.#willSpent = true;
    // Nagle's algorithm holds a small packet for the answer to the last: 96 ms against 8, measured.
    if (this.#client.stream instanceof Socket) this.#client.stream.setNoDelay();
  }

  async #onConnect(sessionPresent: boolean): Promise<void> {
    const { stream } = this.#client;
    for (const subscription of this.#subscriptions) {
      if (!(await this.#ask(subscription)) || this.#client.stream !== stream) return;
    }
    if (!this.#client.connected) return;
    this.#backoff.connected(nowMs());
    // MQTT.js takes this one, not that of the close handler, when it ends a connection itself.
    this.#client.options.reconnectPeriod = new Backoff().delayMs(Math.random());
    this.#reason = connectionClosed;
    this.#turn({ kind: "connected", sessionPresent });
    const { receiveMaximum = limits.messagesInFlightMax } = this.#client.serverProperties ?? {};
    this.#outgoing.open(Math.min(receiveMaximum, limits.messagesInFlightMax));
  }

  #onClose(): void {
    this.#outgoing.shut();
    this.#backoff.failed(nowMs());
    this.#client.options.reconnectPeriod = this.#backoff.delayMs(Math.random());
    this.#turn({ kind: "disconnected", reason: this.#reason });
    this.#reason = connectionClosed;
  }

  #turn(state: BusState): void {
    if (isDeepStrictEqual(state, this.#state)) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** Whether the broker granted the topics; a connection lost meanwhile leaves that open. */
  async #ask({ topics, answer }: Subscription): Promise<boolean> {
    try {
      await this.#client.subscribeAsync([...topics], { qos: 1 });
      answer.resolve();
      return true;
    } catch (error) {
      if (!refused(error)) return false;
      const reason = errorText(error);
      answer.reject(new Error(`Cannot subscribe to ${topics.join(", ")}: ${reason}`));
      this.#restart({ kind: "subscription-refused", topics, reason });
      return false;
    }
  }

  async #receive(packet: IPublishPacket, done: () => void): Promise<void> {
    const { stream } = this.#client;
    const message = readMessage(packet);
    const turn = this.#incoming.then(() => this.#handOver(message));
    this.#incoming = turn.catch(() => {});
    try {
      await turn;
    } catch (error) {
      const trouble = { topics: [message.topic], reason: errorText(error) };
      this.#restart({ kind: "message-not-handled", ...trouble });
      return;
    }
    // On a newer connection the packet number may already mean another message.
    if (this.#client.stream === stream) done();
  }

  async #handOver(message: Message): Promise<void> {
    const takes = ({ topics }: Subscription) =>
      topics.some((filter) => matchesFilter(filter, message.topic));
    const subscription = this.#subscriptions.find(takes);
    if (subscription) return subscription.onMessage(message);
    const reason = "nobody has subscribed to it";
    this.#options.onTrouble?.({ kind: "message-unwanted", topics: [message.topic], reason });
  }

  async #hand(message: Message): Promise<Handed> {
    const { topic, payload } = message;
    try {
      await this.#client.publishAsync(topic, Buffer.from(payload), publishOptions(message));
      return "acknowledged";
    } catch (error) {
      if (!refused(error)) return "lost";
      throw new Error(`Cannot publish to ${topic}: ${errorText(error)}`, { cause: error });
    }
  }

  #restart(trouble: BusTrouble): void {
    this.#options.onTrouble?.(trouble);
    this.#reason = `${trouble.kind}: ${trouble.reason}`;
    this.#client.stream.destroy();
  }
}

const connectionClosed = "connection closed";
const farewellMsMax = 2_000;

/** The broker answered with a reason code, as opposed to not answering. */
function refused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, packet } = error as { code?: unknown; packet?: unknown };
  return typeof code === "number" || packet !== undefined;
}

/** Node reports a refused connection to several addresses with an empty message. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as { code?: unknown }).code ?? error.name);
}

function nowMs(): number {
  return performance.now();
}

/** One more than the ends that can meet a reconnection on its way. */
const endRounds = 3;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
