import { readFileSync } from "node:fs";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { align } from "../../runtime/mouth/align.ts";
import { Hearing } from "../../runtime/mouth/hearing.ts";
import { openReader } from "../render/source.ts";
import { type LipsyncClip, lipsyncGroups, readBenchmarkWav, readLipsyncSet } from "./lipsync.ts";
import { cpuSince, energyGate, type Hear, type Heard, openRhubarb } from "./peers.ts";
import { type Score, type Segment, type Segments, score } from "./score.ts";
import { openWawa } from "./wawa.ts";

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
    await using parts = new AsyncDisposableStack();
    const hear = await open(parts, clips);
    if (!hear) continue;
    const said = new Map<string, Segments>();
    let cpuSeconds = 0;
    let seconds = 0;
    for (const [id, clip] of clips) {
      const heard = await hear(clip);
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
  const rows = [...scores].map(([group, numbers]) => [group, ...cellsOf(numbers)]);
  const widths = heads.map((head, column) => {
    return Math.max(head.length, ...rows.map((row) => row[column]!.length));
  });
  const line = (row: readonly string[], fill: string): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(" | ")} |`;
  const table = [
    line(heads, " "),
    line(
      heads.map(() => ""),
      "-",
    ),
    ...rows.map((row) => line(row, " ")),
  ];
  return [`${system}: ${cpu.toFixed(4)} CPU seconds a second of sound`, "", ...table].join("\n");
}

/** As score.py calls them. */
const heads = [
  ...["group", "clips", "acc15", "coarse5", "PP_F1", "PP_recall", "PP_precision"],
  ...["onset_found", "onset_med_ms", "onset_p95_ms", "onset_bias_ms", "switch_rate"],
];

function cellsOf(score: Score): string[] {
  const { acc15, coarse5, closureF1, closureRecall, closurePrecision, onsetFound } = score;
  const { onsetMedianMs, onsetP95Ms, onsetBiasMs, switchRate } = score;
  return [
    String(score.clips),
    ...[acc15, coarse5, closureF1].map((share) => share?.toFixed(3) ?? "-"),
    ...[closureRecall, closurePrecision, onsetFound].map((share) => share.toFixed(3)),
    ...[onsetMedianMs, onsetP95Ms, onsetBiasMs].map((ms) => ms.toFixed(0)),
    switchRate.toFixed(3),
  ];
}

/** Opens to undefined where the system is not installed, or the set has not what it needs. */
interface System {
  readonly name: string;
  readonly open: (parts: AsyncDisposableStack, clips: Clips) => Promise<HearClip | undefined>;
}

type Clips = ReturnType<typeof readLipsyncSet>;

type HearClip = (clip: LipsyncClip) => Promise<Heard>;

function ofFile(hear: Hear | undefined): HearClip | undefined {
  return hear && (({ wavFile }) => hear(wavFile));
}

const systems: readonly System[] = [
  { name: "speech model", open: openModel },
  { name: "speech model and text", open: openModelAndText },
  { name: "energy gate", open: async () => ofFile(energyGate) },
  { name: "wawa-lipsync, analyser of ours", open: async () => ofFile(await openWawa()) },
  { name: "Rhubarb, phonetic", open: async () => ofFile(await openRhubarb()) },
];

const modelFile = new URL("../../config/models/speech/speech.onnx", import.meta.url);

async function openModel(parts: AsyncDisposableStack): Promise<HearClip> {
  const hearing = await openHearing(parts);
  return async ({ wavFile }) => {
    const pcm = readBenchmarkWav(wavFile);
    const started = process.cpuUsage();
    const segments = (await hearing.whole(pcm)).map(({ from, to, viseme }): Segment => {
      return [from / secondTicks, to / secondTicks, viseme];
    });
    return { segments, cpuSeconds: cpuSince(started) };
  };
}

/** The clip's text, read by espeak-ng, laid along what the model heard. */
async function openModelAndText(
  parts: AsyncDisposableStack,
  clips: Clips,
): Promise<HearClip | undefined> {
  if ([...clips.values()].some(({ text }) => text.trim() === "")) return undefined;
  const hearing = await openHearing(parts);
  const reader = parts.use(openReader());
  return async ({ wavFile, text, lang }) => {
    const pcm = readBenchmarkWav(wavFile);
    const started = process.cpuUsage();
    const chances: Float32Array[] = [];
    const keep = (row: Float32Array): void => void chances.push(row.slice());
    hearing.reset();
    await hearing.push(pcm, keep);
    await hearing.end(keep);
    const expected = await reader.read(lang === "" ? { text } : { text, lang });
    const segments = align(chances, expected).placed.map(({ from, to, viseme }): Segment => {
      return [from / stepsPerSecond, to / stepsPerSecond, viseme];
    });
    return { segments, cpuSeconds: cpuSince(started) };
  };
}

async function openHearing(parts: AsyncDisposableStack): Promise<Hearing> {
  return new Hearing(
    parts.use(await new OnnxInference().open(readFileSync(modelFile))),
    secondTicks,
  );
}

const secondTicks = 1000;
const stepsPerSecond = 50;
