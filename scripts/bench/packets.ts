/** One MQTT packet, whole: its type (MQTT 5, 2.1.2) and its bytes from the fixed header on. */
export interface Packet {
  readonly type: number;
  readonly bytes: Buffer;
}

export const packetTypes = { connack: 2, publish: 3, puback: 4, suback: 9 } as const;

/** Cuts a stream of bytes into MQTT packets. */
export class PacketStream {
  #rest: Buffer = Buffer.alloc(0);

  /** The packets that these bytes complete. */
  take(bytes: Buffer): Packet[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const packets: Packet[] = [];
    for (;;) {
      const length = packetLength(this.#rest);
      if (length === undefined || length > this.#rest.length) return packets;
      const whole = this.#rest.subarray(0, length);
      packets.push({ type: whole[0]! >> 4, bytes: whole });
      this.#rest = this.#rest.subarray(length);
    }
  }
}

/** A CONNACK that refuses with this reason code (MQTT 5, 3.2). */
export function refusingConnack(reason: number): Buffer {
  return Buffer.from([0x20, 3, 0, reason, 0]);
}

/** The same SUBACK with "not authorized" for every topic (MQTT 5, 3.9.3). */
export function refusingSuback({ bytes }: Packet): Buffer {
  const refused = Buffer.from(bytes);
  const { end } = readLength(refused, 1) ?? { end: 2 };
  const properties = readLength(refused, end + 2) ?? { value: 0, end: end + 3 };
  refused.fill(notAuthorized, properties.end + properties.value);
  return refused;
}

const notAuthorized = 0x87;

/** Undefined while the header is not complete. */
function packetLength(bytes: Buffer): number | undefined {
  const length = readLength(bytes, 1);
  return length && length.end + length.value;
}

/** A Variable Byte Integer (MQTT 5, 1.5.5) and where it ends. */
function readLength(bytes: Buffer, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = 0; at < 4; at++) {
    const byte = bytes[start + at];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { value, end: start + at + 1 };
  }
  throw new RangeError(`Cannot read length at byte ${start}: it has more than four bytes`);
}
