import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Packet,
  PacketStream,
  packetTypes,
  refusingConnack,
  refusingSuback,
} from "./packets.ts";

/** How a line or a broker that is not itself mistreats what it carries. */
interface Trouble {
  /** What is said arrives so much later. */
  readonly delayMs?: number;
  /**
   * Share of the pieces that are lost on the way. TCP sends each again after its time-out, and all
   * that was said later waits behind it; this is what either side sees of a lossy network.
   */
  readonly lossShare?: number;
  /** Each message to the device comes twice. */
  readonly twice?: boolean;
  /** No message is ever acknowledged, in either direction. */
  readonly deafToAcknowledgements?: boolean;
  /** Reason code with which the broker refuses each connection. */
  readonly connack?: number;
  /** The broker refuses each subscription. */
  readonly suback?: boolean;
}

/** TCP's first retransmission comes no sooner than after 200 ms (Linux, TCP_RTO_MIN). */
const retransmissionMs = 200;

/**
 * A TCP line to a port of this machine that can be cut and mended while both sides run, and that
 * can lie as bad networks and bad brokers do.
 */
export class Wire implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  #whole = true;
  #silent = false;
  /** Ends that will never hear the other side again. */
  readonly #deaf = new WeakSet<Socket>();
  #trouble: Trouble = {};
  /** Bytes that the line still carries before it breaks. */
  #bytesLeft = Number.POSITIVE_INFINITY;

  constructor(server: Server, port: number) {
    this.#server = server;
    server.on("connection", (near) => this.#join(near, port));
  }

  static async to(port: number): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server, port);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return wire;
  }

  get url(): string {
    const address = this.#server.address();
    return `mqtt://127.0.0.1:${typeof address === "object" ? address?.port : address}`;
  }

  cut(): void {
    this.#whole = false;
    for (const end of this.#ends) end.destroy();
  }

  /** Both sides stay connected and hear nothing of each other, new connections too. */
  silence(): void {
    this.#silent = true;
    // A line that lost a part of its bytes carries none of the later ones.
    for (const end of this.#ends) this.#deaf.add(end);
  }

  /** Mistreats what is said from now on. */
  trouble(trouble: Trouble): void {
    this.#trouble = trouble;
  }

  /** Breaks in the middle of a packet, after so many more bytes, for good until `mend`. */
  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** Connections are possible again, with what trouble there is. */
  restore(): void {
    this.#whole = true;
  }

  /** Connections from now on are whole; what was said into a silent line is gone with its end. */
  mend(): void {
    this.#whole = true;
    this.#silent = false;
    this.#trouble = {};
    this.#bytesLeft = Number.POSITIVE_INFINITY;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, port: number): void {
    if (!this.#whole) {
      near.destroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    this.#link(near, far, (packet) => this.#fromDevice(packet));
    this.#link(far, near, (packet) => this.#fromBroker(packet));
  }

  #link(end: Socket, other: Socket, meddle: (packet: Packet) => readonly Buffer[]): void {
    const stream = new PacketStream();
    let last: Promise<void> = Promise.resolve();
    this.#ends.add(end);
    if (this.#silent) this.#deaf.add(end);
    end.on("data", (bytes: Buffer) => {
      if (this.#deaf.has(end)) return;
      for (const piece of stream.take(bytes).flatMap(meddle)) {
        last = last.then(() => this.#carry(piece, other));
      }
    });
    end.on("end", () => last.then(() => other.end()));
    end.on("error", () => other.destroy());
    end.on("close", () => {
      this.#ends.delete(end);
      other.destroy();
    });
  }

  #fromDevice(packet: Packet): readonly Buffer[] {
    return this.#unacknowledged(packet) ? [] : [packet.bytes];
  }

  #fromBroker(packet: Packet): readonly Buffer[] {
    const { twice, connack, suback } = this.#trouble;
    if (this.#unacknowledged(packet)) return [];
    if (packet.type === packetTypes.connack && connack !== undefined) {
      return [refusingConnack(connack)];
    }
    if (packet.type === packetTypes.suback && suback) return [refusingSuback(packet)];
    return packet.type === packetTypes.publish && twice
      ? [packet.bytes, packet.bytes]
      : [packet.bytes];
  }

  #unacknowledged({ type }: Packet): boolean {
    return type === packetTypes.puback && this.#trouble.deafToAcknowledgements === true;
  }

  async #carry(bytes: Buffer, other: Socket): Promise<void> {
    const carried = bytes.subarray(0, this.#bytesLeft);
    this.#bytesLeft -= carried.length;
    const { delayMs = 0, lossShare = 0 } = this.#trouble;
    let waitMs = delayMs;
    // A piece may be lost more than once; the time-out doubles each time (RFC 6298, 5.5).
    for (let again = 1; Math.random() < lossShare && again < 8; again *= 2) {
      waitMs += again * retransmissionMs;
    }
    if (waitMs > 0) await sleep(waitMs);
    if (other.writable) other.write(carried);
    if (this.#bytesLeft > 0) return;
    for (const end of this.#ends) end.destroy();
  }
}
