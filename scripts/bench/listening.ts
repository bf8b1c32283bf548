import { readFileSync } from "node:fs";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Ears } from "../../runtime/desk/ears.ts";
import type { TraceEvent } from "../../runtime/diagnostics/trace.ts";

/**
 * `node listening.ts SECONDS`: what it costs the desk to listen to so much made-up sound that comes
 * as a stream, 20 ms at a time, in a process that does nothing else. As JSON: CPU milliseconds a
 * 40 ms frame, all included, and megabytes of RSS added by model and session.
 */
const seconds = Number(process.argv[2]);
const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));
const chunk = samplesPerFrame / 2;
const second = Int16Array.from({ length: sampleRateHz }, (_, at) => {
  return 8000 * Math.sin(at ** 1.3 / 150);
});

const before = process.memoryUsage.rss();
await using network = await new OnnxInference().open(model);
let heard = 0;
const parts = {
  model: async () => network,
  read: async () => [],
  trace: { note: (event: TraceEvent) => void process.stderr.write(`${event.reason}\n`) },
};
const ears = new Ears(parts, ({ kind }) => {
  if (kind === "heard") heard++;
});
ears.post({ kind: "begin", generation: 1, caption: "" });
let atSample = 0;
await listen(1);
const started = process.cpuUsage();
await listen(seconds);
const { user, system } = process.cpuUsage(started);
if (heard === 0) throw new Error("Cannot measure: nothing was heard");
const frames = (seconds * sampleRateHz) / samplesPerFrame;
const megabytes = (process.memoryUsage.rss() - before) / 1e6;
process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000 / frames, megabytes }));

async function listen(seconds: number): Promise<void> {
  const until = atSample + seconds * sampleRateHz;
  for (; atSample < until; atSample += chunk) {
    const at = atSample % sampleRateHz;
    const pcm = second.subarray(at, at + chunk);
    const part = { atSample, pcm, phonemes: [], words: [], cues: [] };
    ears.post({ kind: "part", generation: 1, part });
    await ears.settled();
  }
}
