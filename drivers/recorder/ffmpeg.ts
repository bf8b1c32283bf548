import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { framesPerSecond } from "../../config/tiers.ts";
import type { Recorder } from "./recorder.ts";

/**
 * Records into an MP4 file, H.264 and AAC, through ffmpeg as a child process. Width and height are
 * even, as 4:2:0 wants it. Until it is closed the film stands beside `file`, as `<file>.part`.
 */
export async function openFfmpegRecorder(
  file: string,
  size: { readonly width: number; readonly height: number },
): Promise<Recorder> {
  const { width, height } = size;
  if (width % 2 !== 0 || height % 2 !== 0) {
    throw new RangeError(`Cannot record ${width}x${height}: width and height should be even`);
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new Error(`Cannot record ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const child = spawn("ffmpeg", encoderArgs(`${file}.part`, width, height), {
    stdio: ["pipe", "ignore", "pipe", "pipe"],
    // A session of its own: Ctrl-C is for us, who then close the film.
    detached: true,
  });
  try {
    await once(child, "spawn");
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`Cannot record ${file}: ffmpeg does not start (${reason})`);
  }
  return new FfmpegRecorder(file, child, width * height * 4);
}

class FfmpegRecorder implements Recorder {
  readonly #file: string;
  readonly #pixels: Writable;
  readonly #sound: Writable;
  readonly #exit: Promise<string>;
  readonly #pool: Buffers[];
  #frames = 0;
  #complaint = "";
  #ended = false;

  constructor(file: string, child: ChildProcess, frameBytes: number) {
    const [pixels, , , sound] = child.stdio;
    this.#file = file;
    this.#pixels = pixels as Writable;
    this.#sound = sound as Writable;
    this.#pool = Array.from({ length: poolFrames }, () => new Buffers(frameBytes));
    this.#exit = once(child, "close").then(([code, signal]) => {
      this.#ended = true;
      return signal ?? `status ${code}`;
    });
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-complaintCharsMax);
    });
    // A broken pipe means that ffmpeg has ended; its own words, told at close, say why.
    for (const stream of [this.#pixels, this.#sound]) stream.on("error", () => this.#stop());
  }

  get frames(): number {
    return this.#frames;
  }

  frame(rgba: Uint8Array, sound: Int16Array): boolean {
    if (this.#ended) throw this.#failure("ffmpeg has ended");
    const buffers = this.#pool.find((candidate) => candidate.free);
    if (buffers === undefined) return false;
    buffers.fill(rgba, sound);
    this.#pixels.write(buffers.pixels, () => buffers.release());
    this.#sound.write(buffers.sound, () => buffers.release());
    this.#frames++;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pixels.end();
    this.#sound.end();
    const exit = await this.#exit;
    if (exit !== "status 0") throw this.#failure(`ffmpeg ended with ${exit}`);
    renameSync(`${this.#file}.part`, this.#file);
  }

  #stop(): void {
    this.#ended = true;
  }

  #failure(what: string): Error {
    const words = this.#complaint.trim().split("\n").slice(-complaintLines).join("; ");
    return new Error(`Cannot record ${this.#file}: ${what}${words === "" ? "" : `: ${words}`}`);
  }
}

/** Room for one frame and its sound, on the way to the encoder or free. */
class Buffers {
  readonly pixels: Buffer;
  readonly sound: Buffer;
  #pending = 0;

  constructor(frameBytes: number) {
    this.pixels = Buffer.allocUnsafe(frameBytes);
    this.sound = Buffer.allocUnsafe(samplesPerFrame * 2);
  }

  get free(): boolean {
    return this.#pending === 0;
  }

  fill(rgba: Uint8Array, sound: Int16Array): void {
    check("pixels", rgba.byteLength, this.pixels.length);
    check("sound", sound.byteLength, this.sound.length);
    this.pixels.set(rgba);
    this.sound.set(new Uint8Array(sound.buffer, sound.byteOffset, sound.byteLength));
    this.#pending = 2;
  }

  release(): void {
    this.#pending--;
  }
}

function check(what: string, bytes: number, due: number): void {
  if (bytes === due) return;
  throw new RangeError(`Cannot record frame: ${bytes} bytes of ${what} came, ${due} were due`);
}

/** A third of a second: long enough for a key frame, 30 MB at 720p. */
const poolFrames = 8;
const complaintCharsMax = 4096;
const complaintLines = 5;

/**
 * veryfast: a talking head at 720x1280 costs a fifth of a core on a desktop of 2024; superfast
 * costs a sixth and makes the file three times as large, medium half a core.
 */
function encoderArgs(file: string, width: number, height: number): string[] {
  const rate = String(framesPerSecond);
  // Small: the queue in ffmpeg holds raw frames.
  const input = ["-thread_queue_size", "4", "-probesize", "32", "-analyzeduration", "0"];
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
    ...[...input, "-f", "rawvideo", "-pix_fmt", "rgba", "-video_size", `${width}x${height}`],
    ...["-framerate", rate, "-i", "pipe:0"],
    ...[...input, "-f", "s16le", "-ar", String(sampleRateHz), "-ac", "1", "-i", "pipe:3"],
    ...["-map", "0:v", "-map", "1:a", "-fps_mode", "passthrough"],
    ...["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"],
    ...["-color_range", "tv", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20"],
    ...["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", "-f", "mp4", file],
  ];
}
