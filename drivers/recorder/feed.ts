import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { framesPerSecond } from "../../config/tiers.ts";

/** What ffmpeg is fed with, and how its troubles are told. */
export interface FeedWish {
  readonly width: number;
  readonly height: number;
  /** What it cannot do when it fails, e.g. `record film.mp4`. */
  readonly task: string;
  /** Frames that may be on their way at once. */
  readonly poolFrames: number;
}

/**
 * ffmpeg as a child process that is fed frames and their sound through pipes, `inputArgs` first and
 * then `args`. Nothing is queued: `frame` is refused while the pool of buffers is on its way.
 */
export class Feed {
  readonly #task: string;
  readonly #child: ChildProcess;
  readonly #pixels: Writable;
  readonly #sound: Writable;
  readonly #exit: Promise<string>;
  readonly #pool: Buffers[];
  #frames = 0;
  #complaint = "";
  #ended = false;

  private constructor(child: ChildProcess, { width, height, task, poolFrames }: FeedWish) {
    const [pixels, , , sound] = child.stdio;
    this.#task = task;
    this.#child = child;
    this.#pixels = pixels as Writable;
    this.#sound = sound as Writable;
    const frameBytes = width * height * 4;
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

  static async open(wish: FeedWish, args: readonly string[]): Promise<Feed> {
    const child = spawn("ffmpeg", [...inputArgs(wish), ...args], {
      stdio: ["pipe", "ignore", "pipe", "pipe"],
      // A session of its own: Ctrl-C is for us, who then close the film.
      detached: true,
    });
    try {
      await once(child, "spawn");
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      throw new Error(`Cannot ${wish.task}: ffmpeg does not start (${reason})`);
    }
    return new Feed(child, wish);
  }

  /** Frames that were taken. */
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

  /** Resolves when ffmpeg has written all; throws what it said when it failed. */
  async end(): Promise<void> {
    this.#pixels.end();
    this.#sound.end();
    const exit = await this.#exit;
    if (exit !== "status 0") throw this.#failure(`ffmpeg ended with ${exit}`);
  }

  /** Resolves when ffmpeg is gone, whatever it had still to write. */
  async cut(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exit;
  }

  #stop(): void {
    this.#ended = true;
  }

  #failure(what: string): Error {
    const words = this.#complaint.trim().split("\n").slice(-complaintLines).join("; ");
    return new Error(`Cannot ${this.#task}: ${what}${words === "" ? "" : `: ${words}`}`);
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

function inputArgs({ width, height }: FeedWish): string[] {
  // Small: the queue in ffmpeg holds raw frames.
  const input = ["-thread_queue_size", "4", "-probesize", "32", "-analyzeduration", "0"];
  return [
    ...["-hide_banner", "-loglevel", "error", "-nostdin", "-y"],
    ...[...input, "-f", "rawvideo", "-pix_fmt", "rgba", "-video_size", `${width}x${height}`],
    ...["-framerate", String(framesPerSecond), "-i", "pipe:0"],
    ...[...input, "-f", "s16le", "-ar", String(sampleRateHz), "-ac", "1", "-i", "pipe:3"],
  ];
}

/** H.264 wants both even, as 4:2:0 does. */
export function checkEven(size: { readonly width: number; readonly height: number }): void {
  const { width, height } = size;
  if (width % 2 === 0 && height % 2 === 0) return;
  throw new RangeError(`Cannot record ${width}x${height}: width and height should be even`);
}

/** The frames as BT.709 in 4:2:0, which every player takes. */
export const colourArgs: readonly string[] = [
  ...["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"],
  ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"],
  ...["-color_range", "tv"],
];

const complaintCharsMax = 4096;
const complaintLines = 5;
