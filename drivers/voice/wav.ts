/**
 * Reads a WAV file as it comes in: mono or stereo, 16 bit, stereo mixed to mono. Lengths in the
 * header are not believed, since a server that streams does not know them yet. Throws an Error that
 * says what is wrong. Source: Multimedia Programming Interface and Data Specifications 1.0 (IBM and
 * Microsoft, 1991), chapter 3; WAVE_FORMAT_EXTENSIBLE as in Microsoft's mmreg.h.
 */
export class WavStream {
  #rest: Uint8Array = new Uint8Array(0);
  #format: Format | undefined;
  #isData = false;

  /** Samples a second; 0 until the header is there. */
  get rateHz(): number {
    return this.#format?.rateHz ?? 0;
  }

  /** Takes the next bytes and gives the samples that they complete. */
  push(bytes: Uint8Array): Int16Array {
    this.#rest = joined(this.#rest, bytes);
    while (!this.#isData) if (!this.#readChunk()) return new Int16Array(0);
    const { channels } = this.#format ?? { channels: 1 };
    const frames = Math.floor(this.#rest.length / (2 * channels));
    const samples = mono(this.#rest, frames, channels);
    this.#rest = this.#rest.slice(frames * 2 * channels);
    return samples;
  }

  /** Reads the file's header or the next chunk's; false when more bytes are needed. */
  #readChunk(): boolean {
    const { length } = this.#rest;
    const view = new DataView(this.#rest.buffer, this.#rest.byteOffset, length);
    if (this.#isStart) {
      if (length < 12) return false;
      if (name(view, 0) !== "RIFF" || name(view, 8) !== "WAVE") {
        const shown = JSON.stringify(`${name(view, 0)}....${name(view, 8)}`);
        throw new Error(`it begins with ${shown}, it should be RIFF....WAVE`);
      }
      this.#isStart = false;
      this.#rest = this.#rest.slice(12);
      return true;
    }
    if (length < 8) return false;
    const size = view.getUint32(4, true);
    if (name(view, 0) === "data") {
      if (!this.#format) throw new Error("its samples come before their format, the format should");
      this.#isData = true;
      this.#rest = this.#rest.slice(8);
      return true;
    }
    if (size > headerBytesMax) throw new Error(`its header has ${size} bytes, it should be short`);
    const end = 8 + size + (size % 2);
    if (length < end) return false;
    if (name(view, 0) === "fmt ") this.#format = formatOf(view);
    this.#rest = this.#rest.slice(end);
    return true;
  }

  #isStart = true;
}

interface Format {
  readonly rateHz: number;
  readonly channels: number;
}

/** A chunk before the samples: a list of titles at most. */
const headerBytesMax = 64 * 1024;
const pcmTag = 1;
const extensibleTag = 0xfffe;

function formatOf(view: DataView): Format {
  const tag = view.getUint16(8, true);
  const channels = view.getUint16(10, true);
  const rateHz = view.getUint32(12, true);
  const bits = view.getUint16(22, true);
  const isKnown = (tag === pcmTag || tag === extensibleTag) && bits === 16;
  const isPlain = channels === 1 || channels === 2;
  if (isKnown && isPlain && rateHz >= 8_000 && rateHz <= 96_000) return { rateHz, channels };
  throw new Error(
    `it is format ${tag} of ${channels} x ${bits} bit at ${rateHz} Hz, ` +
      "it should be PCM (1) of 1 or 2 x 16 bit at 8000 to 96000 Hz",
  );
}

function mono(bytes: Uint8Array, frames: number, channels: number): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const samples = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const at = frame * 2 * channels;
    const left = view.getInt16(at, true);
    samples[frame] = channels === 1 ? left : (left + view.getInt16(at + 2, true)) >> 1;
  }
  return samples;
}

function name(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
