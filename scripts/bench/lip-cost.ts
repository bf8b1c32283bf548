import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import type { LipSync } from "../../runtime/stage/lip-sync.ts";
import { Babble } from "./babble.ts";
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

const warmUpFrames = 50;
