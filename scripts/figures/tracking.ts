import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { python } from "../avatar/build/needs.ts";
import { preflight } from "../avatar/preflight.ts";
import type { Figure } from "../bench/figure-line.ts";

/**
 * How well footage is understood: the tracker against the true landmarks of rendered footage, an
 * idle loop found in a take that begins with silence, a matte keyed without the given one, and what
 * the pre-flight costs. `material` is the folder of the footage.
 */
export async function* trackingFigures(material: string, quick: boolean): AsyncIterable<Figure> {
  const work = mkdtempSync(join(tmpdir(), "frontdesk-tracking-"));
  try {
    yield* tracker(material, join(work, "track"));
    yield* silence(material, join(work, "silence"), quick ? 4 : 20);
    yield* checks(material);
  } finally {
    rmSync(work, { recursive: true });
  }
}

const programs = join(import.meta.dirname, "../train-avatar");
const corners = ["mouth_left", "mouth_right"];
const lips = ["upper_lip_mid", "lower_lip_mid"];

/** Errors at 720p; in the take poses are not told, and the mouth speaks. */
function* tracker(material: string, work: string): Iterable<Figure> {
  const clip = (name: string) => join(material, name);
  order(work, { take: clip("take/take.mp4"), idle: clip("idle/idle.mp4"), material });
  writeFileSync(join(work, "check/audio.wav"), readFileSync(clip("take/take.wav")));
  const { errors } = run(work, "track") as { errors: Record<string, { p95: number }> };
  for (const film of ["idle", "take"]) {
    const worst = (names: readonly string[]) =>
      Math.max(...names.map((name) => errors[`${film} ${name}`]?.p95 ?? Number.NaN));
    yield pixels(`${film}: mouth corner off, p95, at 720p`, worst(corners), 1.5);
    yield pixels(`${film}: lip off, p95, at 720p`, worst(lips), 1.5);
  }
}

/** A take of silence, then speech, without idle clip and without matte. */
function* silence(material: string, work: string, spokenSeconds: number): Iterable<Figure> {
  mkdirSync(work, { recursive: true });
  const [idle, take] = ["idle/idle.mp4", "take/take.mp4"].map((name) => join(material, name));
  const film = join(work, "take.mp4");
  const twice = "[0:v]split[x][y];[x][y][1:v]concat=n=3";
  const pictures = `${twice},trim=duration=${12 + spokenSeconds}[v]`;
  const hush = "anoisesrc=a=0.0005:r=16000:d=12[h]";
  const sounds = `${hush};[h][2:a]concat=n=2:v=0:a=1,atrim=duration=${12 + spokenSeconds}[a]`;
  const sources = [idle, take, join(material, "take/take.wav")].flatMap((name) => [
    "-i",
    `${name}`,
  ]);
  const graph = ["-filter_complex", `${pictures};${sounds}`, "-map", "[v]"];
  const coded = ["-c:v", "libx264", "-crf", "12", "-preset", "veryfast", "-colorspace", "bt709"];
  const audio = join(work, "audio.wav");
  ffmpeg([...sources, ...graph, ...coded, film, "-map", "[a]", "-ar", "16000", audio]);
  order(work, { take: film });
  writeFileSync(join(work, "check/audio.wav"), readFileSync(audio));
  const loop = run(work, "loop") as { jump: number; frames: number };
  yield { name: "loop found in silence", value: loop.frames / 25, unit: "s", target: least(4) };
  const jump = "its joint, times the usual step";
  yield { name: jump, value: loop.jump, unit: "times", target: { atMost: 1.6 } };
  const matte = run(work, "matte") as { kind: string };
  const kind = "matte keyed from the flat backdrop";
  yield { name: kind, value: Number(matte.kind === "keyed"), unit: "yes", target: least(1) };
}

async function* checks(material: string): AsyncIterable<Figure> {
  const [audio, idle] = ["take/take.wav", "idle/idle.mp4"].map((name) => join(material, name));
  const started = performance.now();
  const told = await preflight(join(material, "take/take.mp4"), {
    audio: `${audio}`,
    idle: `${idle}`,
  });
  const seconds = (performance.now() - started) / 1000;
  yield { name: "pre-flight of the take", value: seconds, unit: "s", target: undefined };
  const fit = Number(told.verdict === "fit");
  yield { name: "the good take is fit", value: fit, unit: "yes", target: least(1) };
  const late = Math.abs(told.facts?.syncMs ?? Number.NaN);
  yield { name: "sound found late, true is 0", value: late, unit: "ms", target: { atMost: 40 } };
}

function least(atLeast: number) {
  return { atLeast };
}

function pixels(name: string, value: number, atMost: number): Figure {
  return { name, value, unit: "px", target: { atMost } };
}

/** What a step reads of the order and of the step before it, for clips that are in shape. */
function order(
  work: string,
  clips: { readonly take: string; readonly idle?: string; readonly material?: string },
): void {
  mkdirSync(join(work, "check"), { recursive: true });
  mkdirSync(join(work, "loop"), { recursive: true });
  const write = (name: string, value: object) =>
    writeFileSync(join(work, name), JSON.stringify(value));
  write("build.json", { material: clips.material ?? null });
  const shape = { size: [1080, 1920], fps: 25, frames: framesOf(clips.take), actions: [] };
  write("check/result.json", { ...shape, take: clips.take, idle: clips.idle ?? null });
  if (clips.idle) {
    const frames = framesOf(clips.idle);
    write("loop/result.json", { video: clips.idle, alpha: null, first: 0, frames });
  }
}

function framesOf(film: string): number {
  const words = ["-v", "error", "-select_streams", "v:0", "-count_packets"];
  const shown = ["-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", film];
  return Number.parseInt(execFileSync("ffprobe", [...words, ...shown]).toString(), 10);
}

function run(work: string, step: string): unknown {
  execFileSync(python, [join(programs, `${step}.py`), work], { stdio: ["ignore", 2, "ignore"] });
  return JSON.parse(readFileSync(join(work, step, "result.json"), "utf8"));
}

function ffmpeg(words: readonly string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...words]);
}
