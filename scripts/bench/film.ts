import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";

/** A film as a judge sees and hears it: decoded by ffmpeg, with no knowledge of how it was made. */
export interface DecodedFilm {
  readonly width: number;
  readonly height: number;
  /** Luma of each frame, width * height bytes, top row first. */
  readonly frames: readonly Uint8Array[];
  /** Mono, 16 bit, at the product's sample rate. */
  readonly sound: Int16Array;
}

const bufferBytesMax = 2 ** 31;
const run = promisify(execFile);

/** Decodes the film whole; meant for films of some seconds at a small tier. */
export async function decodeFilm(file: string): Promise<DecodedFilm> {
  const { width, height } = await sizeOf(file);
  const video = await decode(file, ["-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray"]);
  const audio = await decode(file, ["-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", "48000"]);
  const frames = Array.from({ length: video.length / (width * height) }, (_, frame) =>
    video.subarray(frame * width * height, (frame + 1) * width * height),
  );
  const sound = new Int16Array(audio.buffer, audio.byteOffset, audio.length >> 1);
  return { width, height, frames, sound };
}

/** Luma levels that H.264 at the recorder's quality does not reach on its own. */
const noiseLevels = 28;
/** Looks at one pixel of seven, in columns that change from row to row. */
const pixelStep = 7;
/** Rows from the top, as a share, in which only the avatar moves; captions stand below. */
const aboveCaptions = 0.72;
/** A busy machine repeats pictures or lets frames out; so far away the loop's frame may lie. */
const strayFrames = 12;

/**
 * Pixels per frame in which `film` differs from the idle loop at the same place of the loop: the
 * mouth, and nothing but the mouth. The film begins with the loop's first frame.
 */
export function mouthPixels(film: DecodedFilm, idle: readonly Uint8Array[]): number[] {
  const until = Math.floor(film.height * aboveCaptions) * film.width;
  return film.frames.map((frame, index) => {
    const strays = Array.from({ length: 2 * strayFrames + 1 }, (_, at) => at - strayFrames);
    const stills = strays.map((stray) => idle[(index + stray + idle.length) % idle.length]!);
    return Math.min(...stills.map((still) => changed(frame, still, until)));
  });
}

function changed(frame: Uint8Array, still: Uint8Array, until: number): number {
  let pixels = 0;
  for (let at = 0; at < until; at += pixelStep) {
    if (Math.abs(frame[at]! - still[at]!) > noiseLevels) pixels++;
  }
  return pixels * pixelStep;
}

/** Root mean square of the sound, 0 to 1, over windows of `windowMs` from the start on. */
export function loudness(sound: Int16Array, windowMs: number): number[] {
  const window = (sampleRateHz * windowMs) / 1000;
  return Array.from({ length: Math.floor(sound.length / window) }, (_, index) => {
    let sum = 0;
    for (let at = index * window; at < (index + 1) * window; at++) sum += (sound[at]! / 32768) ** 2;
    return Math.sqrt(sum / window);
  });
}

/**
 * By how many milliseconds the picture is behind the sound: the shift at which the opening of the
 * mouth follows the loudness best, to 1 ms, within -200 to 200. Each frame is compared with the
 * loudness over the 40 ms for which it stands.
 */
export function lagMs(mouth: readonly number[], sound: Int16Array): number {
  const levels = loudness(sound, 1);
  const frameMs = (samplesPerFrame * 1000) / sampleRateHz;
  const shifts = Array.from({ length: 401 }, (_, index) => index - 200);
  const scores = shifts.map((shift) =>
    correlation(
      mouth,
      mouth.map((_, frame) => meanOf(levels, frame * frameMs - shift, frameMs)),
    ),
  );
  return shifts[scores.indexOf(Math.max(...scores))]!;
}

/** Pearson's correlation coefficient. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let index = 0; index < a.length; index++) {
    const da = a[index]! - meanA;
    const db = b[index]! - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb || 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function meanOf(levels: readonly number[], start: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += levels[start + at] ?? 0;
  return sum / length;
}

async function sizeOf(file: string): Promise<{ width: number; height: number }> {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height"],
    ...["-of", "csv=p=0", file],
  ]);
  const [width, height] = stdout.trim().split(",").map(Number);
  if (!width || !height) throw new Error(`Cannot read film ${file}: it has no picture`);
  return { width, height };
}

async function decode(file: string, output: readonly string[]): Promise<Buffer> {
  const { stdout } = await run("ffmpeg", ["-v", "error", "-i", file, ...output, "-"], {
    encoding: "buffer",
    maxBuffer: bufferBytesMax,
  });
  return stdout;
}
