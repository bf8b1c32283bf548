import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Hearing } from "../../runtime/mouth/hearing.ts";
import { lipsyncGroups, readBenchmarkWav, readLipsyncSet } from "./lipsync.ts";
import { type Score, type Segment, type Segments, type Shape, score } from "./score.ts";

/** What one system says about a benchmark, and what that cost. */
export interface MouthResult {
  readonly system: string;
  /** By group of clips; `all` is one of them. */
  readonly scores: ReadonlyMap<string, Score>;
  /** CPU seconds a second of sound. */
  readonly cpu: number;
}

/** Scores every system that is here on a benchmark folder (`wav/`, `truth.json`). */
export async function* benchMouth(folder: string): AsyncIterable<MouthResult> {
  const clips = readLipsyncSet(folder);
  for (const { name, open } of systems) {
    const hear = await open();
    if (!hear) continue;
    const said = new Map<string, Segments>();
    let cpuSeconds = 0;
    let seconds = 0;
    for (const [id, clip] of clips) {
      const heard = await hear(clip.wavFile);
      said.set(id, heard.segments);
      cpuSeconds += heard.cpuSeconds;
      seconds += clip.dur;
    }
    const groups = [...lipsyncGroups(clips)];
    const scores = new Map(groups.map(([group, ids]) => [group, score(ids, only(said, ids))]));
    yield { system: name, scores, cpu: cpuSeconds / seconds };
  }
}

function only(said: ReadonlyMap<string, Segments>, ids: ReadonlyMap<string, unknown>) {
  return new Map([...said].filter(([id]) => ids.has(id)));
}

/** A result as Markdown, a line a group. */
export function mouthTable({ system, scores, cpu }: MouthResult): string {
  const head = "| group | accuracy | coarse5 | closure F1 | onset median ms | p95 ms | changes |";
  const lines = [...scores].map(([group, numbers]) => {
    const { acc15, coarse5, closureF1, onsetMedianMs, onsetP95Ms, switchRate } = numbers;
    const shares = [acc15, coarse5, closureF1].map((share) => share?.toFixed(3) ?? "-");
    const times = [onsetMedianMs, onsetP95Ms].map((ms) => ms.toFixed(0));
    return `| ${[group, ...shares, ...times, switchRate.toFixed(2)].join(" | ")} |`;
  });
  const title = `${system}: ${cpu.toFixed(4)} CPU seconds a second of sound`;
  return [title, "", head, "|---|---|---|---|---|---|---|", ...lines].join("\n");
}

interface Heard {
  readonly segments: Segments;
  readonly cpuSeconds: number;
}

type Hear = (wavFile: string) => Promise<Heard>;

/** Opens to undefined where the system is not installed. */
interface System {
  readonly name: string;
  readonly open: () => Promise<Hear | undefined>;
}

const systems: readonly System[] = [
  { name: "speech model", open: openModel },
  { name: "energy gate", open: async () => energyGate },
  { name: "Rhubarb, phonetic", open: async () => (hasRhubarb() ? rhubarb : undefined) },
];

const modelFile = new URL("../../config/models/speech/speech.onnx", import.meta.url);

async function openModel(): Promise<Hear> {
  const network = await new OnnxInference().open(readFileSync(modelFile));
  const hearing = new Hearing(network, secondTicks);
  return async (wavFile) => {
    const pcm = readBenchmarkWav(wavFile);
    const started = process.cpuUsage();
    const heard = [...(await hearing.push(pcm)), ...(await hearing.end())];
    const segments = heard.map(({ from, to, viseme }): Segment => {
      return [from / secondTicks, to / secondTicks, viseme];
    });
    return { segments, cpuSeconds: cpuSince(started) };
  };
}

const secondTicks = 1000;

function steps(shapes: readonly Shape[], seconds: number): Segments {
  return shapes.map((shape, at): Segment => [at * seconds, (at + 1) * seconds, shape]);
}

function cpuSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

/** What many players do: open with the level, closed in quiet; a frame each 40 ms. */
async function energyGate(wavFile: string): Promise<Heard> {
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

const gateSamples = 640;
/** -20 dB against loud speech. */
const gateShare = 0.1;

function hasRhubarb(): boolean {
  try {
    execFileSync("rhubarb", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Rhubarb Lip Sync's nine mouths (its README); X is rest. */
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
  const started = process.resourceUsage();
  const output = execFileSync("rhubarb", flags, { encoding: "utf8" });
  const { mouthCues } = JSON.parse(output) as { mouthCues: readonly RhubarbCue[] };
  const segments = mouthCues.map(({ start, end, value }): Segment => {
    return [start, end, rhubarbShapes[value] ?? "other"];
  });
  const ended = process.resourceUsage();
  return { segments, cpuSeconds: (ended.userCPUTime - started.userCPUTime) / 1e6 };
}

interface RhubarbCue {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}
