import { execFileSync } from "node:child_process";
import { readBenchmarkWav } from "./lipsync.ts";
import type { Segment, Segments, Shape } from "./score.ts";

/** What a system shows for a file, and the CPU time that took. */
export interface Heard {
  readonly segments: Segments;
  readonly cpuSeconds: number;
}

export type Hear = (wavFile: string) => Promise<Heard>;

/** What many players do: open with the level, closed in quiet; a frame each 40 ms. */
export async function energyGate(wavFile: string): Promise<Heard> {
  const pcm = readBenchmarkWav(wavFile);
  const started = process.cpuUsage();
  const levels: number[] = [];
  for (let start = 0; start + gateSamples <= pcm.length; start += gateSamples) {
    let sum = 0;
    for (let at = start; at < start + gateSamples; at++) sum += pcm[at]! * pcm[at]!;
    levels.push(Math.sqrt(sum / gateSamples));
  }
  const loud = [...levels].sort((a, b) => a - b)[Math.floor(levels.length * 0.9)] ?? 0;
  const shapes = levels.map((level): Shape => (level > loud * gateShare ? "aa" : "sil"));
  return { segments: steps(shapes, 0.04), cpuSeconds: cpuSince(started) };
}

/** Rhubarb Lip Sync's phonetic recogniser, where `rhubarb` is on the path. */
export async function openRhubarb(): Promise<Hear | undefined> {
  try {
    execFileSync("rhubarb", ["--version"], { stdio: "ignore" });
    return rhubarb;
  } catch {
    return undefined;
  }
}

export function steps(shapes: readonly Shape[], seconds: number): Segments {
  return shapes.map((shape, at): Segment => [at * seconds, (at + 1) * seconds, shape]);
}

export function cpuSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

const gateSamples = 640;
/** -20 dB against loud speech. */
const gateShare = 0.1;

/** Rhubarb's nine mouths, as its README describes them; X is rest. */
const rhubarbShapes: Readonly<Record<string, Shape>> = {
  A: "PP",
  B: "other",
  C: "open",
  D: "open",
  E: "rounded",
  F: "rounded",
  G: "FF",
  H: "other",
  X: "sil",
};

async function rhubarb(wavFile: string): Promise<Heard> {
  const flags = ["-q", "-r", "phonetic", "-f", "json", "--threads", "1", wavFile];
  // The shell's `times` is the only portable account of a child's CPU time; JSON comes before it.
  const output = execFileSync("sh", ["-c", 'rhubarb "$@" && times', "sh", ...flags], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = output.lastIndexOf("}") + 1;
  const { mouthCues } = JSON.parse(output.slice(0, end)) as { mouthCues: readonly RhubarbCue[] };
  const segments = mouthCues.map(({ start, end, value }): Segment => {
    return [start, end, rhubarbShapes[value] ?? "other"];
  });
  return { segments, cpuSeconds: secondsOf(output.slice(end).trim().split("\n").at(-1) ?? "") };
}

interface RhubarbCue {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** `0m1.23s 0m0.05s` */
function secondsOf(times: string): number {
  const found = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
  return found.reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}
