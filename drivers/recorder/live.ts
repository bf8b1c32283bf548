import { framesPerSecond } from "../../config/tiers.ts";
import { checkEven, colourArgs, Feed } from "./feed.ts";
import type { Recorder } from "./recorder.ts";

/** Where a live picture goes. */
export type LiveOutput =
  /**
   * H.264 (constrained baseline) and Opus as RTP to two ports of the loopback (RFC 6184 with
   * packetisation mode 1, RFC 7587); RTCP goes to the same ports.
   */
  { readonly kind: "rtp"; readonly videoPort: number; readonly audioPort: number };

/**
 * Encodes what is shown and heard as it comes, through ffmpeg as a child process, and sends it on
 * frame by frame: no frame waits for a later one, and a key frame comes every second. What the
 * encoder has no room for is refused, as with every Recorder. Closing cuts the stream.
 */
export async function openLiveRecorder(
  output: LiveOutput,
  size: { readonly width: number; readonly height: number },
): Promise<Recorder> {
  checkEven(size);
  const { width, height } = size;
  const feed = await Feed.open({ width, height, task: "stream", poolFrames }, outputArgs(output));
  return {
    frame: (rgba, sound) => feed.frame(rgba, sound),
    get frames() {
      return feed.frames;
    },
    [Symbol.asyncDispose]: () => feed.cut(),
  };
}

/** More would be latency: what does not fit into 120 ms is left out. */
const poolFrames = 3;

function outputArgs({ videoPort, audioPort }: LiveOutput): string[] {
  const rtp = (port: number) => `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`;
  return [
    ...["-map", "0:v", "-fps_mode", "passthrough", ...colourArgs, ...videoArgs],
    ...["-f", "rtp", rtp(videoPort)],
    ...["-map", "1:a", "-c:a", "libopus", "-b:a", "48k", "-application", "lowdelay"],
    ...["-frame_duration", "20", "-f", "rtp", rtp(audioPort)],
  ];
}

/**
 * superfast: the picture stands still but for a face, and what a slower preset saves in bits is not
 * worth a core. One thread: several would each hold a frame back. The bit rate is bounded over half
 * a second, so that a key frame is no burst.
 */
const videoArgs: readonly string[] = [
  ...["-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency"],
  ...["-profile:v", "baseline", "-level", "3.1", "-threads", "1"],
  ...["-crf", "23", "-maxrate", "2500k", "-bufsize", "1250k"],
  ...["-g", String(framesPerSecond), "-keyint_min", String(framesPerSecond), "-sc_threshold", "0"],
];
