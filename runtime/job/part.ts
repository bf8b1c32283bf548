import { Value } from "typebox/value";
import { limits } from "../../config/limits.ts";
import { isBase64 } from "./content.ts";
import type { JobError } from "./job.ts";
import { readPayload } from "./payload.ts";
import { schemaErrors, streamSchema } from "./schema.ts";

/** One part of a streamed job: samples as bytes, or text. The last one may be empty. */
export interface StreamPart {
  /** From 1, rising by one. */
  readonly seq: number;
  readonly isFinal: boolean;
  readonly content: { readonly pcm: Uint8Array } | { readonly text: string };
}

/**
 * A binary part begins with "FDS", a byte of flags (bit 0: the last part), and its number as
 * uint32, little endian; the rest are samples. Anything else is JSON (`streamSchema`).
 */
export const partMagic = "FDS";
export const partHeadBytes = 8;

/** Reads a part. `frameBytes` is what one moment of its sound takes: 2, or 4 for stereo. */
export function parsePart(payload: Uint8Array, frameBytes: number): StreamPart | JobError {
  const part = isBinary(payload) ? binaryPart(payload) : jsonPart(payload);
  return "code" in part ? part : (contentError(part, frameBytes) ?? part);
}

function isBinary(payload: Uint8Array): boolean {
  return (
    payload.length >= partHeadBytes &&
    [...partMagic].every((letter, at) => payload[at] === letter.charCodeAt(0))
  );
}

function binaryPart(payload: Uint8Array): StreamPart | JobError {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const seq = view.getUint32(4, true);
  if (seq === 0) return refuse("INVALID_VALUE", "its number is 0, it counts from 1");
  const isFinal = (view.getUint8(3) & 1) === 1;
  return { seq, isFinal, content: { pcm: payload.slice(partHeadBytes) } };
}

function jsonPart(payload: Uint8Array): StreamPart | JobError {
  const read = readPayload(payload, "part");
  if ("error" in read) return read.error;
  const [wrong] = schemaErrors(streamSchema, read.body);
  if (wrong || !Value.Check(streamSchema, read.body)) {
    return wrong ?? refuse("INVALID_VALUE", "it does not match its schema");
  }
  const { seq, isFinal = false, audio, text } = read.body;
  if (audio !== undefined && text !== undefined) {
    return refuse("INVALID_VALUE", "it has audio and text, one of them is due");
  }
  if (audio === undefined && text === undefined && !isFinal) {
    return refuse("MISSING_FIELD", "it has neither audio nor text, only the last may be so");
  }
  if (audio === undefined) return { seq, isFinal, content: { text: text ?? "" } };
  if (!isBase64(audio)) return refuse("INVALID_VALUE", "its audio is not base64, it must be");
  return { seq, isFinal, content: { pcm: Buffer.from(audio, "base64") } };
}

function contentError({ content, seq }: StreamPart, frameBytes: number): JobError | undefined {
  const isSound = "pcm" in content;
  const bytes = isSound ? content.pcm.length : Buffer.byteLength(content.text);
  const most = isSound ? limits.streamPartBytesMax : limits.streamTextBytesMax;
  if (bytes > most) return refuse("TOO_LARGE", `part ${seq} has ${bytes} bytes, limit is ${most}`);
  if (!isSound || bytes % frameBytes === 0) return undefined;
  const due = `whole samples of ${frameBytes} bytes are due`;
  return refuse("INVALID_VALUE", `part ${seq} has ${bytes} bytes of sound, ${due}`);
}

function refuse(code: string, fault: string): JobError {
  return { code, message: `Cannot take part: ${fault}`, retryable: false };
}
