import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { only } from "../../runtime/mouth/shape.ts";
import type { Viseme } from "../../runtime/mouth/viseme.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import type { Moment } from "../../runtime/stage/moment.ts";
import { percentileOf } from "./figure-line.ts";
import { spentMs } from "./steps.ts";

/** Milliseconds of processor time a mouth, the median and what 19 in 20 stay below. */
export interface LipCost {
  readonly p50: number;
  readonly p95: number;
}

/** What a mouth costs in lively speech: every frame another one. */
export async function lipCost(lips: LipSync, frames: number): Promise<LipCost> {
  const speech = new Babble();
  const costs: number[] = [];
  for (let frame = 0; frame < frames + warmUpFrames; frame++) {
    speech.frame = frame;
    const startMs = spentMs();
    await lips.prepare(speech);
    lips.patchAt(speech);
    if (frame >= warmUpFrames) costs.push(spentMs() - startMs);
  }
  return { p50: percentileOf(costs, 0.5), p95: percentileOf(costs, 0.95) };
}

/**
 * Median milliseconds of a U-Net of Ultralight's cost (`scripts/train-avatar/peer.py`); undefined
 * where python3-torch is missing.
 */
export async function peerMs(rounds: number): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-peer-"));
  const script = join(import.meta.dirname, "../train-avatar/peer.py");
  try {
    const file = join(folder, "peer.onnx");
    await promisify(execFile)("/usr/bin/python3", [script, file]);
    await using network = await new OnnxInference().open(await readFile(file));
    const costs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const startMs = spentMs();
      await network.run();
      costs.push(spentMs() - startMs);
    }
    return percentileOf(costs, 0.5);
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Syllables without a pause. */
class Babble implements Moment {
  frame = 0;
  readonly known = Number.POSITIVE_INFINITY;

  get weights(): Float32Array {
    return this.near(0).weights;
  }

  get opening(): number {
    return this.near(0).opening;
  }

  near(frames: number) {
    return sounds[(this.frame + frames + sounds.length) % sounds.length]!;
  }
}

const said: readonly (readonly [Viseme, number])[] = [
  ["PP", 0.1],
  ["aa", 0.9],
  ["SS", 0.2],
  ["ou", 0.4],
  ["nn", 0.3],
  ["E", 0.7],
  ["FF", 0.15],
];

const sounds = said.map(([viseme, opening]) => ({ weights: only(viseme), opening }));
const warmUpFrames = 50;
