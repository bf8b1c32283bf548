import assert from "node:assert/strict";
import { limits } from "../../config/limits.ts";
import type { Message } from "./bus.ts";

/** What became of handing a message over: the broker has it, or the connection went before that. */
export type Handed = "acknowledged" | "lost";

interface Waiting {
  readonly order: number;
  readonly message: Message;
  readonly sinceMs: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * QoS 1 messages on their way to the broker: first come, first sent, never more unacknowledged ones
 * than the broker takes, and a bounded number waiting while it is gone.
 */
export class Outgoing {
  readonly #hand: (message: Message) => Promise<Handed>;
  readonly #nowMs: () => number;
  #waiting: Waiting[] = [];
  readonly #inFlight = new Set<Waiting>();
  #added = 0;
  #window = 0;

  /** `hand` rejects only when the broker refused the message. */
  constructor(hand: (message: Message) => Promise<Handed>, nowMs: () => number) {
    this.#hand = hand;
    this.#nowMs = nowMs;
  }

  /** Messages not yet acknowledged, sent or not. */
  get size(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  add(message: Message): Promise<void> {
    if (this.#waiting.length >= limits.publishesWaitingMax) {
      const text = `${this.#waiting.length} messages wait, limit is ${limits.publishesWaitingMax}`;
      return Promise.reject(new Error(`Cannot publish to ${message.topic}: ${text}`));
    }
    return new Promise((resolve, reject) => {
      const order = this.#added++;
      this.#waiting.push({ order, message, sinceMs: this.#nowMs(), resolve, reject });
      this.#pump();
    });
  }

  /** The broker is there and takes `receiveMax` unacknowledged messages. */
  open(receiveMax: number): void {
    assert(receiveMax > 0, "a broker takes at least one message");
    this.#window = receiveMax;
    this.#pump();
  }

  shut(): void {
    this.#window = 0;
  }

  /** Gives up: whoever still waits learns why. */
  abandon(reason: string): void {
    this.shut();
    for (const { message, reject } of [...this.#inFlight, ...this.#waiting.splice(0)]) {
      reject(new Error(`Cannot publish to ${message.topic}: ${reason}`));
    }
  }

  #pump(): void {
    while (this.#inFlight.size < this.#window) {
      const next = this.#waiting.shift();
      if (!next) return;
      const message = aged(next.message, this.#nowMs() - next.sinceMs);
      if (message) void this.#send(next, message);
      else next.reject(new Error(expiredText(next.message)));
    }
  }

  async #send(entry: Waiting, message: Message): Promise<void> {
    this.#inFlight.add(entry);
    try {
      const handed = await this.#hand(message);
      if (handed === "acknowledged") entry.resolve();
      else this.#waiting = [...this.#waiting, entry].sort((a, b) => a.order - b.order);
    } catch (error) {
      entry.reject(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#inFlight.delete(entry);
      this.#pump();
    }
  }
}

/** The message with what is left of its life after waiting here; undefined when nothing is. */
function aged(message: Message, waitedMs: number): Message | undefined {
  if (message.expirySeconds === undefined) return message;
  const expirySeconds = message.expirySeconds - Math.floor(waitedMs / 1e3);
  return expirySeconds > 0 ? { ...message, expirySeconds } : undefined;
}

function expiredText({ topic, expirySeconds }: Message): string {
  return `Cannot publish to ${topic}: broker was gone for its life time of ${expirySeconds} s`;
}
