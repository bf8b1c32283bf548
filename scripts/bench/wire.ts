import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * A TCP line to a port of this machine that can be cut and mended while both sides run, and that
 * can lie as bad networks do.
 */
export class Wire implements AsyncDisposable {
  readonly #server: Server;
  readonly #ends = new Set<Socket>();
  #whole = true;
  #silent = false;
  /** Ends that will never hear the other side again. */
  readonly #deaf = new WeakSet<Socket>();
  #delayMs = 0;
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

  /** What is said arrives so much later. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Breaks in the middle of a packet, after so many more bytes, for good until `mend`. */
  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** Connections from now on are whole; what was said into a silent line is gone with its end. */
  mend(): void {
    this.#whole = true;
    this.#silent = false;
    this.#delayMs = 0;
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
    for (const [end, other] of [[near, far] as const, [far, near] as const]) {
      this.#ends.add(end);
      if (this.#silent) this.#deaf.add(end);
      end.on("data", (bytes: Buffer) => {
        if (!this.#deaf.has(end)) void this.#carry(bytes, other);
      });
      end.on("end", () => other.end());
      end.on("error", () => other.destroy());
      end.on("close", () => {
        this.#ends.delete(end);
        other.destroy();
      });
    }
  }

  async #carry(bytes: Buffer, other: Socket): Promise<void> {
    const carried = bytes.subarray(0, this.#bytesLeft);
    this.#bytesLeft -= carried.length;
    if (this.#delayMs > 0) await sleep(this.#delayMs);
    if (other.writable) other.write(carried);
    if (this.#bytesLeft > 0) return;
    for (const end of this.#ends) end.destroy();
  }
}
