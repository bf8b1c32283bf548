import { spawn } from "node:child_process";
import { once } from "node:events";
import { framesPerSecond } from "../../config/tiers.ts";
import { ByteStream } from "../avatar/stream.ts";

/** Frames of a film from `first` on, scaled by area to width x height, as RGB. */
export async function* takeFrames(
  film: string,
  first: number,
  { width, height }: { readonly width: number; readonly height: number },
): AsyncIterable<Uint8Array> {
  const colours = "in_color_matrix=bt709:in_range=limited:out_range=full";
  const scale = `scale=${width}:${height}:flags=area:${colours}`;
  const start = ["-ss", String((first - 0.5) / framesPerSecond), "-i", film, "-vf", scale];
  const output = ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
  const ffmpeg = spawn("ffmpeg", ["-v", "error", ...start, ...output], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(ffmpeg, "close");
  const stream = new ByteStream(ffmpeg.stdout);
  try {
    for (;;) {
      const frame = await stream.bytes(width * height * 3).catch(() => undefined);
      if (frame === undefined) break;
      yield frame;
    }
  } finally {
    ffmpeg.kill();
    await closed;
  }
}
