import { DecoderError } from "./decoder.ts";

/** What a file's first bytes say; rate and channels where they stand near enough to be read. */
export interface SoundHeader {
  readonly format: "wav" | "flac" | "mp3" | "ogg";
  readonly rateHz?: number;
  readonly channels?: number;
}

/** Bytes that `readHeader` wants to see. */
export const headerBytes = 64;

/**
 * Recognises a sound by its first bytes: RIFF/WAVE, FLAC (RFC 9639, section 8), Ogg with Opus
 * (RFC 7845, section 5.1) or Vorbis (Vorbis I, section 4.2.2), MP3 (ISO 11172-3, 2.4.1.3) with or
 * without ID3. Throws a DecoderError when it is none, or none that can be played.
 */
export function readHeader(bytes: Uint8Array): SoundHeader {
  const header = recognise(bytes);
  if (header === undefined) {
    const start = bytes.length === 0 ? "empty" : `${JSON.stringify(printable(bytes))}…`;
    throw new DecoderError(`it begins ${start}, a WAV, FLAC, MP3 or Ogg file is due`);
  }
  checkSound(header);
  return header;
}

/** Throws a DecoderError for a rate or a number of channels that is not played. */
export function checkSound({ rateHz = 48_000, channels = 1 }: Omit<SoundHeader, "format">): void {
  if (!Number.isInteger(rateHz) || rateHz < 8_000 || rateHz > 96_000) {
    throw new DecoderError(`its header says ${rateHz} Hz, 8000 to 96000 Hz are due`);
  }
  if (channels !== 1 && channels !== 2) {
    throw new DecoderError(`its header says ${channels} channels, 1 or 2 are due`);
  }
}

function recognise(bytes: Uint8Array): SoundHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const says = (text: string, at = 0): boolean =>
    bytes.length >= at + text.length &&
    [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));
  if (says("RIFF") && says("WAVE", 8)) return { format: "wav" };
  if (says("fLaC") && bytes.length >= 22) {
    // Behind the first block's header: sizes, then 20 bits of rate and 3 of channels less one.
    const word = view.getUint32(18);
    return { format: "flac", rateHz: word >>> 12, channels: ((word >>> 9) & 7) + 1 };
  }
  if (says("OggS")) return oggHeader(view, says);
  if (says("ID3")) return { format: "mp3" };
  return mp3Header(bytes);
}

function oggHeader(view: DataView, says: (text: string, at: number) => boolean): SoundHeader {
  const packet = 27 + view.getUint8(26);
  if (says("OpusHead", packet)) return { format: "ogg", channels: view.getUint8(packet + 9) };
  if (says("\x01vorbis", packet)) {
    const channels = view.getUint8(packet + 11);
    return { format: "ogg", channels, rateHz: view.getUint32(packet + 12, true) };
  }
  throw new DecoderError("it is Ogg with neither Opus nor Vorbis first, one of them is due");
}

/** 11 bits set, then version, layer III, protection, bit rate, rate; mono is mode 3. */
function mp3Header(bytes: Uint8Array): SoundHeader | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes;
  const isFrame = first === 0xff && (second & 0xe6) === 0xe2 && third >> 4 !== 15;
  const version = (second >> 3) & 3;
  const base = [44_100, 48_000, 32_000][(third >> 2) & 3];
  const part = { 3: 1, 2: 2, 0: 4 }[version];
  if (!isFrame || base === undefined || part === undefined) return undefined;
  return { format: "mp3", rateHz: base / part, channels: fourth >> 6 === 3 ? 1 : 2 };
}

function printable(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 12)]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "."))
    .join("");
}
