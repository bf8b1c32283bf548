import { type Decoder, DecoderError, type SoundBlock } from "./decoder.ts";
import { checkSound } from "./header.ts";
import { type Intake, taken } from "./intake.ts";

/**
 * Reads WAV files by itself: PCM of 8, 16, 24 and 32 bit, float of 32 and 64 bit, mono and stereo
 * (Microsoft, Multimedia Programming Interface 1.0, chapter 3, and WAVE_FORMAT_EXTENSIBLE). A data
 * chunk of length 0 or 0xffffffff is one that was written before its end was known.
 */
export function wavDecoder(): Decoder {
  return { decode };
}

interface Layout {
  readonly kind: "integer" | "float";
  readonly rateHz: number;
  readonly channels: number;
  readonly bits: number;
}

function decode(encoded: AsyncIterable<Uint8Array>, abort: AbortSignal) {
  return taken(encoded, abort, async function* ({ format }, intake): AsyncGenerator<SoundBlock> {
    if (format !== "wav") throw new DecoderError(`it is ${format}, WAV is due`);
    const { layout, bytes } = await readChunks(intake);
    yield* samples(intake, layout, bytes, abort);
  });
}

/** Up to the start of the samples: what they are, and how many bytes of them there are. */
async function readChunks(intake: Intake): Promise<{ layout: Layout; bytes: number }> {
  await intake.take(12);
  let layout: Layout | undefined;
  for (;;) {
    const head = await intake.take(8);
    if (head.length < 8) throw new DecoderError("its header ends early, a data chunk is due");
    const name = Buffer.from(head.subarray(0, 4)).toString("latin1");
    const length = viewOf(head).getUint32(4, true);
    if (name === "data") {
      if (!layout) throw new DecoderError("its data come first, a fmt chunk before them is due");
      return { layout, bytes: length === 0 || length === 0xffff_ffff ? Infinity : length };
    }
    if (length > chunkBytesMax) {
      throw new DecoderError(`its chunk "${name}" has ${length} bytes, 1 MiB at most are due`);
    }
    const body = await intake.take(length + (length % 2));
    if (name === "fmt ") layout = readLayout(body);
  }
}

const chunkBytesMax = 1024 * 1024;

function readLayout(body: Uint8Array): Layout {
  if (body.length < 16) {
    throw new DecoderError(`its fmt chunk has ${body.length} bytes, 16 or more are due`);
  }
  const view = viewOf(body);
  const extended = view.getUint16(0, true) === 0xfffe && body.length >= 26;
  const tag = view.getUint16(extended ? 24 : 0, true);
  const channels = view.getUint16(2, true);
  const rateHz = view.getUint32(4, true);
  const block = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  const kind = tag === 1 ? "integer" : "float";
  if (!known.includes(`${tag}:${bits}`)) {
    const due = "PCM of 8, 16, 24 or 32 bit or float of 32 or 64 bit is due";
    throw new DecoderError(`its header says format ${tag} of ${bits} bit, ${due}`);
  }
  checkSound({ rateHz, channels });
  const due = (channels * bits) / 8;
  if (block !== due) {
    throw new DecoderError(
      `its header says ${channels} x ${bits} bit in blocks of ${block} bytes, ${due} are due`,
    );
  }
  return { kind, rateHz, channels, bits };
}

/** Format tag and bits: 1 is PCM, 3 IEEE float. */
const known = ["1:8", "1:16", "1:24", "1:32", "3:32", "3:64"];

async function* samples(
  intake: Intake,
  layout: Layout,
  bytes: number,
  abort: AbortSignal,
): AsyncGenerator<SoundBlock> {
  const block = (layout.channels * layout.bits) / 8;
  let left = bytes;
  while (left >= block) {
    const first = await intake.peek(block);
    if (abort.aborted) return;
    if (first.length < block) break;
    const come = await intake.some(Math.min(left, blockBytesMax));
    const whole = come.length - (come.length % block);
    const torn = come.subarray(whole);
    const tail = torn.length > 0 ? await intake.take(block - torn.length) : new Uint8Array(0);
    const data = torn.length > 0 ? Buffer.concat([come, tail]) : come;
    left -= data.length;
    yield { rateHz: layout.rateHz, pcm: mono(data, layout) };
  }
  if (left > block && left !== Infinity) {
    throw new DecoderError(`it ends ${left} bytes short of the ${bytes} that its header says`);
  }
}

const blockBytesMax = 16 * 1024;

function mono(data: Uint8Array, { kind, channels, bits }: Layout): Int16Array {
  const view = viewOf(data);
  const width = bits / 8;
  const pcm = new Int16Array(Math.floor(data.length / (width * channels)));
  for (let at = 0; at < pcm.length; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += sampleAt(view, (at * channels + channel) * width, kind, bits);
    }
    pcm[at] = Math.max(-32_768, Math.min(32_767, Math.round(sum / channels)));
  }
  return pcm;
}

/** One sample as 16 bit, not yet rounded. */
function sampleAt(view: DataView, at: number, kind: Layout["kind"], bits: number): number {
  if (kind === "float") {
    const value = bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
    return Number.isFinite(value) ? value * 32_768 : 0;
  }
  if (bits === 8) return (view.getUint8(at) - 128) * 256;
  if (bits === 16) return view.getInt16(at, true);
  if (bits === 24) return view.getInt16(at + 1, true) + view.getUint8(at) / 256;
  return view.getInt32(at, true) / 65_536;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
