/**
 * A connection to an MQTT 5 broker that mends itself.
 *
 * `onMessage` is awaited before the broker gets its acknowledgement: a message is acknowledged once
 * the promise resolves, so what must survive a power cut is on disk by then. Messages are handed
 * over one after another, in the order they came. `publish` resolves when the broker has
 * acknowledged (QoS 1) or the message is written (QoS 0); while the connection is down, QoS 1
 * messages wait in memory, QoS 0 ones are dropped. A broker that is gone is a state, not an error:
 * `publish` rejects only when the broker refuses the message, its life time ends while it waits,
 * too many wait, or the bus is closed.
 *
 * An `onMessage` that rejects leaves its message unacknowledged and makes the connection start
 * again, which brings the message back. An `onMessage` must not await a `publish`: the broker's
 * answer to that would wait behind the message.
 */
export interface Bus extends AsyncDisposable {
  /** Called on every change of the connection, first with the present state. */
  onState(listener: (state: BusState) => void): void;
  /**
   * Subscribes now and again after every reconnect; resolves once the broker has granted it, which
   * may be days. Filters of one bus must not overlap. When the broker refuses, this rejects, the
   * connection counts as failed, and both are tried again.
   */
  subscribe(
    topics: readonly string[],
    onMessage: (message: Message) => Promise<void>,
  ): Promise<void>;
  publish(message: Message): Promise<void>;
}

export type BusState =
  | { readonly kind: "connected"; readonly sessionPresent: boolean }
  | { readonly kind: "disconnected"; readonly reason: string };

export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain?: boolean;
  /** Remaining life time in seconds when it came in, or life time to give when it goes out. */
  readonly expirySeconds?: number;
  readonly responseTopic?: string;
  readonly correlation?: Uint8Array;
}
