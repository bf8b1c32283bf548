import type { Bus, BusState, Message } from "./bus.ts";
import { matchesFilter } from "./filter.ts";

/** A message and when it was sent. */
export interface Held {
  readonly message: Message;
  readonly sinceMs: number;
}

/** What a bus asks of its broker. */
export interface BrokerSide {
  route(message: Message): void;
  retained(filters: readonly string[]): Held[];
  refuses(filter: string): boolean;
  leave(bus: LoopbackBus): void;
  nowMs(): number;
}

interface Subscription {
  readonly topics: readonly string[];
  readonly onMessage: (message: Message) => Promise<void>;
  readonly answer: PromiseWithResolvers<void>;
}

interface Waiting {
  readonly held: Held;
  readonly answer: PromiseWithResolvers<void>;
}

/** One client of a LoopbackBroker, which makes it. */
export class LoopbackBus implements Bus {
  readonly #broker: BrokerSide;
  readonly #askWill: (() => Message) | undefined;
  readonly #subscriptions: Subscription[] = [];
  readonly #listeners: ((state: BusState) => void)[] = [];
  #state: BusState = { kind: "disconnected", reason: "not connected yet" };
  #inbox: Held[] = [];
  #outbox: Waiting[] = [];
  #will: Message | undefined;
  #busy = false;
  #cuts = 0;
  #joinedBefore = false;

  constructor(broker: BrokerSide, askWill: (() => Message) | undefined) {
    this.#broker = broker;
    this.#askWill = askWill;
  }

  /** Ends the connection as a dead network does: the will is published, the session is kept. */
  cut(reason = "connection closed"): void {
    if (this.#state.kind === "disconnected") return;
    this.#cuts += 1;
    this.#turn({ kind: "disconnected", reason });
    if (this.#will) this.#broker.route(this.#will);
  }

  /** Connects again; what waited on both sides goes on its way. */
  mend(): void {
    if (this.#state.kind === "connected") return;
    this.#will = this.#askWill?.();
    if (!this.#subscriptions.every((subscription) => this.#ask(subscription))) return;
    this.#turn({ kind: "connected", sessionPresent: this.#joinedBefore });
    this.#joinedBefore = true;
    for (const { held, answer } of this.#outbox.splice(0)) this.#send(held, answer);
    void this.#work();
  }

  onState(listener: (state: BusState) => void): void {
    this.#listeners.push(listener);
    listener(this.#state);
  }

  subscribe(topics: readonly string[], onMessage: Subscription["onMessage"]): Promise<void> {
    const subscription = { topics, onMessage, answer: Promise.withResolvers<void>() };
    this.#subscriptions.push(subscription);
    if (this.#state.kind === "connected") this.#ask(subscription);
    return subscription.answer.promise;
  }

  publish(message: Message): Promise<void> {
    const held = { message, sinceMs: this.#broker.nowMs() };
    const answer = Promise.withResolvers<void>();
    if (this.#state.kind === "connected") this.#send(held, answer);
    else if (message.qos === 1) this.#outbox.push({ held, answer });
    else answer.resolve();
    return answer.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#broker.leave(this);
    this.#will = undefined;
    this.cut("bus is closed");
    const closed = (action: string) => new Error(`Cannot ${action}: bus is closed`);
    for (const { answer } of this.#outbox.splice(0)) answer.reject(closed("publish"));
    for (const { answer } of this.#subscriptions) answer.reject(closed("subscribe"));
  }

  /** A message for whoever subscribed; while the connection is cut, QoS 1 ones wait for its end. */
  offer(held: Held): void {
    const { topic, qos } = held.message;
    const wanted = this.#subscriptions.some((subscription) => takes(subscription, topic));
    if (!wanted || (qos === 0 && this.#state.kind === "disconnected")) return;
    this.#inbox.push(held);
    void this.#work();
  }

  #send({ message, sinceMs }: Held, answer: PromiseWithResolvers<void>): void {
    const left = remaining({ message, sinceMs }, this.#broker.nowMs());
    if (left) {
      this.#broker.route(left);
      answer.resolve();
    } else {
      const text = `broker was gone for its life time of ${message.expirySeconds} s`;
      answer.reject(new Error(`Cannot publish to ${message.topic}: ${text}`));
    }
  }

  #ask({ topics, answer }: Subscription): boolean {
    const refused = topics.filter((topic) => this.#broker.refuses(topic));
    if (refused.length > 0) {
      const reason = `Cannot subscribe to ${refused.join(", ")}: broker refuses`;
      answer.reject(new Error(reason));
      this.cut(reason);
      return false;
    }
    answer.resolve();
    this.#inbox.push(...this.#broker.retained(topics));
    void this.#work();
    return true;
  }

  /** Hands over one message after another; the next turn begins with the one that failed. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await null;
      for (;;) {
        const held = this.#inbox[0];
        if (!held || this.#state.kind === "disconnected") return;
        const cuts = this.#cuts;
        await this.#handOver(held);
        // An acknowledgement does not get through a cut: the message comes once more.
        if (cuts === this.#cuts) this.#inbox.shift();
      }
    } catch (error) {
      this.cut(`message-not-handled: ${error instanceof Error ? error.message : error}`);
    } finally {
      this.#busy = false;
    }
    if (this.#inbox.length > 0 && this.#state.kind === "connected") void this.#work();
  }

  async #handOver(held: Held): Promise<void> {
    const message = remaining(held, this.#broker.nowMs());
    const subscription = this.#subscriptions.find((one) => takes(one, held.message.topic));
    if (message && subscription) await subscription.onMessage(message);
  }

  #turn(state: BusState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function takes({ topics }: Subscription, topic: string): boolean {
  return topics.some((filter) => matchesFilter(filter, topic));
}

/** The message with what is left of its life, in whole seconds; undefined when nothing is. */
function remaining({ message, sinceMs }: Held, nowMs: number): Message | undefined {
  if (message.expirySeconds === undefined) return message;
  const expirySeconds = message.expirySeconds - Math.floor((nowMs - sinceMs) / 1e3);
  return expirySeconds > 0 ? { ...message, expirySeconds } : undefined;
}
