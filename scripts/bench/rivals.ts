import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { percentileOf } from "./figure-line.ts";
import { OnnxGraph, type Value } from "./onnx-graph.ts";
import { spentMs } from "./steps.ts";

/** What one frame of a rival's image network costs here. */
export interface RivalCost {
  readonly name: string;
  /** Multiplications and additions of one frame, in billions. */
  readonly gflop: number;
  readonly millionWeights: number;
  /** Processor time of one frame, in ms. */
  readonly p50: number;
  readonly p95: number;
}

/**
 * The image networks that users would run instead, in their published shapes, with weights all
 * alike, by the same onnxruntime on one thread as our own networks. Their audio parts, which run
 * once a frame as well, are left out.
 */
export async function measureRivals(rounds: number): Promise<readonly RivalCost[]> {
  const costs: RivalCost[] = [];
  for (const [name, draw] of Object.entries(rivals)) costs.push(await costOf(name, draw, rounds));
  return costs;
}

async function costOf(name: string, draw: Draw, rounds: number): Promise<RivalCost> {
  const graph = new OnnxGraph();
  const { inputs, output } = draw(graph);
  await using network = await new OnnxInference().open(graph.model(inputs, output));
  const spent: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const startMs = spentMs();
    await network.run();
    if (round >= 0) spent.push(spentMs() - startMs);
  }
  const gflop = (2 * graph.multiplications) / 1e9;
  const millionWeights = graph.weights / 1e6;
  const [p50, p95] = [percentileOf(spent, 0.5), percentileOf(spent, 0.95)];
  return { name, gflop, millionWeights, p50, p95 };
}

type Draw = (graph: OnnxGraph) => { inputs: readonly Value[]; output: Value };

const rivals: Readonly<Record<string, Draw>> = {
  "Ultralight-shaped U-Net, 160 px": ultralight,
  "Wav2Lip-shaped, 96 px": wav2lip,
};

/**
 * github.com/anliyuan/Ultralight-Digital-Human, unet.py: six channels in (the frame with its mouth
 * masked, and a reference), pairs of inverted residuals at 32 to 512 channels, joined with the
 * sound's 512 channels at the bottom.
 */
function ultralight(graph: OnnxGraph): ReturnType<Draw> {
  const input = { name: "picture", channels: 6, side: 160 };
  const sound = { name: "sound", channels: 512, side: 10 };
  const levels = [inverted(graph, input, 32, 1)];
  for (const channels of [64, 128, 256, 512]) {
    levels.push(pair(graph, levels.at(-1)!, channels, 2));
  }
  let value = pair(graph, graph.concat(levels.pop()!, sound), 512, 1);
  value = pair(graph, value, 256, 1);
  for (const channels of [128, 64, 32, 32]) {
    value = pair(graph, graph.concat(graph.double(value), levels.pop()!), channels, 1);
  }
  const output = graph.conv(value, 3, { kernel: 1, relu: false });
  return { inputs: [input, sound], output };
}

function pair(graph: OnnxGraph, from: Value, channels: number, stride: number): Value {
  return inverted(graph, inverted(graph, from, channels, stride), channels, 1);
}

function inverted(graph: OnnxGraph, from: Value, channels: number, stride: number): Value {
  const wide = graph.conv(from, from.channels * widening, { kernel: 1 });
  const filtered = graph.conv(wide, wide.channels, { kernel: 3, stride, depthwise: true });
  const narrow = graph.conv(filtered, channels, { kernel: 1, relu: false });
  return stride === 1 && from.channels === channels ? graph.add(from, narrow) : narrow;
}

const widening = 2;

/** github.com/Rudrabha/Wav2Lip, models/wav2lip.py: face encoder and decoder. */
function wav2lip(graph: OnnxGraph): ReturnType<Draw> {
  const input = { name: "face", channels: 6, side: 96 };
  const sound = { name: "sound", channels: 512, side: 1 };
  const levels = [graph.conv(input, 16, { kernel: 7 })];
  for (const [channels, residuals] of [
    [32, 2],
    [64, 3],
    [128, 2],
    [256, 2],
    [512, 1],
  ] as const) {
    const smaller = graph.conv(levels.at(-1)!, channels, { kernel: 3, stride: 2 });
    levels.push(residual(graph, smaller, residuals));
  }
  const point = graph.conv(levels.at(-1)!, 512, { kernel: 3, pad: 0 });
  levels.push(graph.conv(point, 512, { kernel: 1 }));
  let value = graph.conv(sound, 512, { kernel: 1 });
  value = graph.concat(value, levels.pop()!);
  value = residual(graph, graph.grow(value, 512, 1), 1);
  for (const channels of [512, 384, 256, 128, 64]) {
    value = graph.grow(graph.concat(value, levels.pop()!), channels, 2);
    value = residual(graph, value, 2);
  }
  value = graph.conv(graph.concat(value, levels.pop()!), 32, { kernel: 3 });
  const output = graph.conv(value, 3, { kernel: 1, relu: false });
  return { inputs: [input, sound], output };
}

function residual(graph: OnnxGraph, from: Value, count: number): Value {
  let value = from;
  for (let at = 0; at < count; at++) {
    const next = graph.conv(value, value.channels, { kernel: 3, relu: false });
    value = graph.relu(graph.add(value, next));
  }
  return value;
}
