import { mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { checkEven, colourArgs, Feed } from "./feed.ts";
import type { Recorder } from "./recorder.ts";

/**
 * Records into an MP4 file, H.264 and AAC, through ffmpeg as a child process. Width and height are
 * even, as 4:2:0 wants it. Until it is closed the film stands beside `file`, as `<file>.part`.
 */
export async function openFfmpegRecorder(
  file: string,
  size: { readonly width: number; readonly height: number },
): Promise<Recorder> {
  checkEven(size);
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new Error(`Cannot record ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const { width, height } = size;
  const feed = await Feed.open(
    { width, height, task: `record ${file}`, poolFrames },
    encoderArgs(`${file}.part`),
  );
  return {
    frame: (rgba, sound) => feed.frame(rgba, sound),
    get frames() {
      return feed.frames;
    },
    async [Symbol.asyncDispose]() {
      await feed.end();
      renameSync(`${file}.part`, file);
    },
  };
}

/** A third of a second: long enough for a key frame, 30 MB at 720p. */
const poolFrames = 8;

/**
 * veryfast: a talking head at 720x1280 costs a fifth of a core on a desktop of 2024; superfast
 * costs a sixth and makes the file three times as large, medium half a core.
 */
function encoderArgs(file: string): string[] {
  return [
    ...["-map", "0:v", "-map", "1:a", "-fps_mode", "passthrough", ...colourArgs],
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "20"],
    ...["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", "-f", "mp4", file],
  ];
}
