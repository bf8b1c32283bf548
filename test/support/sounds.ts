import { execFileSync } from "node:child_process";

/** A sound to be written as a WAV file. */
export interface SoundFile {
  /** Mono; every channel gets the same. */
  readonly pcm: Int16Array;
  readonly rateHz: number;
  readonly channels?: number;
  /** Bytes of samples that the header is to claim; absent: as many as there are. */
  readonly claimed?: number;
}

/** A tone of 440 Hz. */
export function tone(rateHz: number, seconds: number): Int16Array {
  const step = (2 * Math.PI * 440) / rateHz;
  return Int16Array.from({ length: Math.round(rateHz * seconds) }, (_, at) =>
    Math.round(12_000 * Math.sin((at + 0.5) * step)),
  );
}

/** A WAV file of 16 bit. */
export function wavFile({ pcm, rateHz, channels = 1, claimed }: SoundFile): Uint8Array {
  const data = Int16Array.from(
    { length: pcm.length * channels },
    (_, at) => pcm[Math.floor(at / channels)]!,
  );
  const head = Buffer.alloc(44);
  const bytes = claimed ?? data.byteLength;
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + bytes, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rateHz, 24);
  head.writeUInt32LE(rateHz * channels * 2, 28);
  head.writeUInt16LE(channels * 2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(bytes, 40);
  return new Uint8Array(Buffer.concat([head, Buffer.from(data.buffer)]));
}

/** The same sound as another format, by ffmpeg: `flac`, `mp3`, `ogg`. */
export function encoded(wav: Uint8Array, format: string, ...more: string[]): Uint8Array {
  const args = ["-v", "error", "-f", "wav", "-i", "pipe:0", ...more, "-f", format, "pipe:1"];
  return new Uint8Array(execFileSync("ffmpeg", args, { input: wav, maxBuffer: 2 ** 26 }));
}
