import type { Clock } from "../clock/clock.ts";
import type { Message } from "./bus.ts";
import { matchesFilter } from "./filter.ts";
import { type BrokerSide, type Held, LoopbackBus } from "./loopback.ts";

/**
 * An MQTT broker in memory: kept sessions, retained messages, wildcards, wills, life times. Its
 * buses can be cut off and joined again; nothing is lost on the way, as with a broker that keeps
 * sessions. Refusals are set by filter.
 */
export class LoopbackBroker {
  readonly #clock: Clock;
  readonly #buses = new Set<LoopbackBus>();
  readonly #retained = new Map<string, Held>();
  readonly #refused = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new client with a session of its own, joined at once. `will` is asked at every joining. */
  join(will?: () => Message): LoopbackBus {
    const bus = new LoopbackBus(this.#side(), will);
    this.#buses.add(bus);
    bus.mend();
    return bus;
  }

  /** Subscriptions to exactly this filter are refused from now on. */
  refuse(filter: string): void {
    this.#refused.add(filter);
  }

  allow(filter: string): void {
    this.#refused.delete(filter);
  }

  #side(): BrokerSide {
    return {
      route: (message) => this.#route(message),
      retained: (filters) => this.#kept(filters),
      refuses: (filter) => this.#refused.has(filter),
      leave: (bus) => this.#buses.delete(bus),
      nowMs: () => this.#clock.monotonicMs(),
    };
  }

  #route(message: Message): void {
    const held = { message, sinceMs: this.#clock.monotonicMs() };
    if (message.retain && message.payload.length === 0) this.#retained.delete(message.topic);
    else if (message.retain) this.#retained.set(message.topic, held);
    const { retain: _, ...live } = message;
    for (const bus of this.#buses) bus.offer({ ...held, message: live });
  }

  #kept(filters: readonly string[]): Held[] {
    const held = [...this.#retained.values()];
    return held.filter(({ message }) => filters.some((one) => matchesFilter(one, message.topic)));
  }
}
