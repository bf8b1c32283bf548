import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { type Decoder, DecoderError, type SoundBlock } from "./decoder.ts";
import type { SoundHeader } from "./header.ts";
import { type Intake, taken } from "./intake.ts";

const rateHz = 48_000;
const complaintCharsMax = 2_048;

/**
 * Decodes WAV, FLAC, MP3 and Ogg through ffmpeg as a child process, at 48 kHz. ffmpeg is told the
 * format that the first bytes show and may open nothing but the pipe it is given, so that a file
 * can neither choose among its hundreds of readers nor name another file. `program` is its path.
 */
export function ffmpegDecoder(program = "ffmpeg"): Decoder {
  return {
    decode: (encoded, abort) =>
      taken(encoded, abort, (head, intake) => convert(program, head, intake, abort)),
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

async function* convert(
  program: string,
  { format }: SoundHeader,
  intake: Intake,
  abort: AbortSignal,
): AsyncGenerator<SoundBlock> {
  const child = spawn(program, decoderArgs(format), { stdio: ["pipe", "pipe", "pipe"] });
  const kill = (): void => void child.kill("SIGKILL");
  abort.addEventListener("abort", kill, { once: true });
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => {
    complaint = `${complaint}${text}`.slice(-complaintCharsMax);
  });
  const ended = endOf(child);
  const fed = feed(child, intake);
  try {
    for await (const bytes of wholeSamples(child.stdout)) {
      if (abort.aborted) return;
      yield { rateHz, pcm: new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2) };
    }
    const trouble = await fed;
    if (trouble) throw trouble;
    const end = await ended;
    if (abort.aborted || (end === "" && complaint === "")) return;
    const words = complaint.trim().split("\n").at(-1) ?? "";
    const what = `ffmpeg ${end === "" ? "complains" : end}${words === "" ? "" : `: ${words}`}`;
    throw new DecoderError(`${what}, a whole ${format.toUpperCase()} file is due`);
  } finally {
    abort.removeEventListener("abort", kill);
    intake.close();
    kill();
  }
}

/** Writes what comes, at ffmpeg's pace; resolves with the source's own error, if it has one. */
async function feed({ stdin }: Child, intake: Intake): Promise<Error | undefined> {
  // ffmpeg that is gone or has enough breaks the pipe; its exit tells why.
  let gone = false;
  stdin.on("error", () => {
    gone = true;
  });
  try {
    for await (const bytes of intake.rest()) {
      if (gone) break;
      if (!stdin.write(bytes) && !gone) await Promise.race([once(stdin, "drain"), closed(stdin)]);
    }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    stdin.end();
  }
  return undefined;
}

function closed(stdin: Writable): Promise<unknown> {
  return new Promise((resolve) => stdin.once("close", resolve));
}

/** Resolves with why it ended; empty when it ended well. */
function endOf(child: Child): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`does not start (${error.message})`));
    child.once("close", (code, signal) =>
      resolve(code === 0 ? "" : `ended with ${signal ?? `status ${code}`}`),
    );
  });
}

/** Blocks that hold no half of a sample, in memory of their own. */
async function* wholeSamples(stream: Readable): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const length = rest.length + chunk.length;
    const block = new Uint8Array(length);
    block.set(rest);
    block.set(chunk, rest.length);
    const whole = length - (length % 2);
    rest = block.slice(whole);
    if (whole > 0) yield block.subarray(0, whole);
  }
}

/** Small probes: a real-time source must be heard before half a megabyte of it is in. */
function decoderArgs(format: SoundHeader["format"]): string[] {
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-xerror"],
    ...["-protocol_whitelist", "pipe", "-probesize", "32768", "-analyzeduration", "0"],
    ...["-f", format, "-i", "pipe:0", "-map", "0:a:0", "-vn", "-sn", "-dn"],
    ...["-f", "s16le", "-ac", "1", "-ar", String(rateHz), "-flush_packets", "1", "pipe:1"],
  ];
}
