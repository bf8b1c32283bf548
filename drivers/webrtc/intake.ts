import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A port of the loopback that RTP of a stream comes in at; RTCP that comes with it is dropped. */
export class Intake implements AsyncDisposable {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(take: (packet: Buffer) => void): Promise<Intake> {
    const socket = createSocket({ type: "udp4", recvBufferSize: 1024 * 1024 });
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    socket.on("message", (packet) => {
      if (packet.length >= rtpHeadBytes && !isRtcp(packet)) take(packet);
    });
    return new Intake(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}

const rtpHeadBytes = 12;

/** By the range of packet types that RFC 5761, 4, keeps for RTCP. */
function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}
