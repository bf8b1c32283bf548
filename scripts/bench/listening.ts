import { readFileSync } from "node:fs";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Listener } from "../../runtime/mouth/listener.ts";

/**
 * `node listening.ts SECONDS`: what listening to so much made-up sound costs in a process that does
 * nothing else, as JSON: CPU milliseconds a 40 ms frame, and megabytes of RSS added by the session.
 */
const seconds = Number(process.argv[2]);
const model = readFileSync(new URL("../../config/models/speech/speech.onnx", import.meta.url));
const second = Int16Array.from({ length: 16_000 }, (_, at) => 8000 * Math.sin(at ** 1.3 / 50));

const before = process.memoryUsage.rss();
await using network = await new OnnxInference().open(model);
const listener = new Listener(network);
let frames = 0;
await listener.push(second, () => {});
const started = process.cpuUsage();
for (let at = 0; at < seconds; at++) await listener.push(second, () => frames++);
const { user, system } = process.cpuUsage(started);
const megabytes = (process.memoryUsage.rss() - before) / 1e6;
process.stdout.write(JSON.stringify({ cpuMs: (user + system) / 1000 / frames, megabytes }));
