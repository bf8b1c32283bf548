import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { anyDecoder } from "../../drivers/decoder/any.ts";
import type { SoundBlock } from "../../drivers/decoder/decoder.ts";
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

/** The parts of 160 ms of the vendor's protocol. */
const partSeconds = 0.16;
/** Sound that is sent at once; the rest comes at the pace of speech. */
const leadMs = 2_000;

/** A sound file as a stream: its rate, and its parts at the pace at which they are spoken. */
export async function soundStream(
  file: string,
  abort: AbortSignal,
): Promise<{ rateHz: number; parts: AsyncIterable<Uint8Array> }> {
  const blocks = anyDecoder().decode(createReadStream(file), abort);
  const iterator = blocks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) throw new Error(`Cannot say ${file}: it has no sound`);
  const { rateHz } = first.value;
  return { rateHz, parts: paced(first.value, iterator, rateHz) };
}

async function* paced(
  first: SoundBlock,
  rest: AsyncIterator<SoundBlock>,
  rateHz: number,
): AsyncGenerator<Uint8Array> {
  const partBytes = Math.round(partSeconds * rateHz) * 2;
  const startMs = performance.now();
  let seq = 0;
  let held = bytesOf(first.pcm);
  for (let over = false; !over; ) {
    const next = await rest.next();
    over = next.done === true;
    if (!next.done) held = Buffer.concat([held, bytesOf(next.value.pcm)]);
    while (held.length >= partBytes || (over && held.length > 0)) {
      const isLast = over && held.length <= partBytes;
      yield binaryPart(++seq, held.subarray(0, partBytes), isLast);
      held = held.subarray(partBytes);
      const dueMs = startMs + seq * partSeconds * 1_000 - leadMs;
      await sleep(Math.max(0, dueMs - performance.now()));
      if (isLast) return;
    }
  }
  yield binaryPart(++seq, new Uint8Array(0), true);
}

/** Text as it comes, e.g. from a language model, in parts that the protocol allows. */
export async function* textParts(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  let seq = 0;
  for await (const bytes of source) {
    const letters = [...decoder.decode(bytes, { stream: true })];
    for (let at = 0; at < letters.length; at += textLettersMax) {
      const text = letters.slice(at, at + textLettersMax).join("");
      yield Buffer.from(JSON.stringify({ seq: ++seq, text }));
    }
  }
  yield Buffer.from(JSON.stringify({ seq: ++seq, isFinal: true }));
}

/** Of at most four bytes each: a part has 1,000. */
const textLettersMax = 250;

function bytesOf(pcm: Int16Array): Buffer<ArrayBufferLike> {
  return Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
