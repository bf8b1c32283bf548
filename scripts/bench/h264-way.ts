import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ByteStream } from "../avatar/stream.ts";
import { levelsOff } from "./frame-ways.ts";
import type { Loop, WayCost } from "./way-cost.ts";

/** Plays more than starting the program costs. */
const repeats = 10;

/**
 * Colour and opacity as two films that ffmpeg decodes in a process of its own, to RGBA in a pipe. A
 * jump starts the program anew: a decoder that stays cannot be told to go back.
 */
export async function h264Way(loop: Loop): Promise<WayCost> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-frames-"));
  try {
    const files = [join(folder, "colour.mp4"), join(folder, "opacity.mp4")] as const;
    await encode(loop, files[0], "rgb24");
    await encode(loop, files[1], "gray");
    const whole = await play(loop, files, repeats);
    const start = await play(loop, files, 0);
    const frames = loop.frames.length * (repeats + 1);
    const once = await play(loop, files, 0, 1);
    return {
      way: "H.264, ffmpeg",
      nextMs: (whole.cpuMs - start.cpuMs) / (frames - loop.frames.length),
      jumpMs: once.cpuMs,
      packageMb: (statSync(files[0]).size + statSync(files[1]).size) / 1e6,
      memoryMb: whole.memoryMb,
      levels: levelsOff(loop, (at) => whole.last[at]!),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function encode(loop: Loop, file: string, format: "rgb24" | "gray"): Promise<void> {
  const input = ["-f", "rawvideo", "-pix_fmt", format, "-s", `${loop.width}x${loop.height}`];
  const coder = ["-c:v", "libx264", "-crf", "20", "-g", "25", "-pix_fmt", "yuv420p"];
  const args = ["-v", "error", "-r", "25", ...input, "-i", "-", ...coder, file];
  const child = spawn("ffmpeg", args, { stdio: ["pipe", "ignore", "inherit"] });
  for (const { rgb, alpha } of loop.frames) child.stdin.write(format === "gray" ? alpha : rgb);
  child.stdin.end();
  await new Promise((done) => child.once("close", done));
}

interface Played {
  readonly cpuMs: number;
  readonly memoryMb: number;
  readonly last: Uint8Array;
}

async function play(
  loop: Loop,
  [colour, opacity]: readonly [string, string],
  again: number,
  framesMax = 1e9,
): Promise<Played> {
  const inputs = [colour, opacity].flatMap((file) => ["-stream_loop", String(again), "-i", file]);
  const filter = ["-filter_complex", "[0][1]alphamerge,format=rgba"];
  const args = ["-v", "error", "-threads", "1", ...inputs, ...filter, "-benchmark"];
  const out = ["-frames:v", String(framesMax), "-f", "rawvideo", "-v", "info", "-nostats", "-"];
  const child = spawn("ffmpeg", [...args, ...out], { stdio: ["ignore", "pipe", "pipe"] });
  const told = text(child.stderr!);
  const last = await drain(child, loop.width * loop.height * 4);
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(await told) ?? [];
  const [, kilobytes] = /maxrss=(\d+)/.exec(await told) ?? [];
  const cpuMs = (Number(user) + Number(system)) * 1000;
  return { cpuMs, memoryMb: Number(kilobytes) / 1024, last };
}

async function drain(child: ChildProcess, bytes: number): Promise<Uint8Array> {
  const stream = new ByteStream(child.stdout!);
  let last: Uint8Array = new Uint8Array(0);
  try {
    for (;;) last = await stream.bytes(bytes);
  } catch {
    // The film is over: what is left is less than a frame.
    return last;
  }
}
