import type { Message } from "../../drivers/bus/bus.ts";
import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Disk } from "../../drivers/disk/disk.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Presence } from "./data.ts";
import { type ClockState, encodeEnvelope } from "./envelope.ts";
import { SessionNumber } from "./number.ts";
import { namespaceOf, type Topics, topicsOf } from "./topics.ts";

/** Who speaks: one device, in one start of its board. */
export interface Device {
  /** First levels of every topic, `frontdesk` unless told otherwise. */
  readonly root: string;
  readonly device: string;
  readonly boot: string;
  readonly clock: () => ClockState;
}

/** What a message is about, before it has its envelope. */
export interface Letter {
  readonly topic: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly corr?: string;
  /** When it happened, if not now. */
  readonly wallMs?: number;
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
  readonly expirySeconds?: number;
}

/** Puts the name, the number of the connection and the time on everything this device sends. */
export class Identity {
  readonly topics: Topics;
  /** What the topics of all devices begin with. */
  readonly namespace: string;
  readonly #device: Device;
  readonly #stamps: Stamps;
  readonly #number: SessionNumber;
  #seq = 0;

  constructor(device: Device, stamps: Stamps, number: SessionNumber) {
    this.topics = topicsOf(device.root, device.device);
    this.namespace = namespaceOf(device.root);
    this.#device = device;
    this.#stamps = stamps;
    this.#number = number;
  }

  /** Rejects with a RangeError when the device or the root cannot be part of a topic. */
  static async open(device: Device, stamps: Stamps, disk: Disk, trace: Trace): Promise<Identity> {
    return new Identity(device, stamps, await SessionNumber.open(disk, trace));
  }

  get session(): number {
    return this.#number.current;
  }

  /** Whether this board knows the time. */
  get clock(): ClockState {
    return this.#device.clock();
  }

  get boot(): string {
    return this.#device.boot;
  }

  /** The will of the connection that is about to be made; to be asked once for each. */
  will(): Message {
    this.#number.advance();
    const will = this.state("lost");
    // Most wills are never sent: theirs would be a number missing.
    this.#seq -= 1;
    return will;
  }

  /** Resolves when the number of this connection outlives a power cut. */
  saved(): Promise<void> {
    return this.#number.saved();
  }

  state(state: Presence): Message {
    const data = { state, session: this.session };
    return this.message({ topic: this.topics.state, type: "state", data, retain: true });
  }

  message({ topic, type, data, corr, wallMs, qos = 1, ...delivery }: Letter): Message {
    const ts = this.#stamps.isoTime(wallMs ?? this.#stamps.wallMs());
    const payload = encodeEnvelope({
      ...{ v: 1, id: this.#stamps.newId(), ts, clk: this.#device.clock() },
      ...{ boot: this.#device.boot, session: this.session, seq: ++this.#seq, type },
      ...(corr === undefined ? {} : { corr }),
      data,
    });
    return { topic, payload, qos, ...delivery };
  }
}
