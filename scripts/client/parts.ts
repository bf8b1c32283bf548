import { partHeadBytes, partMagic } from "../../runtime/job/part.ts";

/** A binary part of a streamed job: its head, then samples of 16 bit, little endian. */
export function binaryPart(seq: number, pcm: Uint8Array, isFinal = false): Uint8Array {
  const part = Buffer.alloc(partHeadBytes + pcm.length);
  part.write(partMagic, 0, "latin1");
  part.writeUInt8(isFinal ? 1 : 0, partMagic.length);
  part.writeUInt32LE(seq, 4);
  part.set(pcm, partHeadBytes);
  return new Uint8Array(part);
}
