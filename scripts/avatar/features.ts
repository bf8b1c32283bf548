import { readFileSync, writeFileSync } from "node:fs";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Hearing } from "../../runtime/mouth/hearing.ts";
import type { MouthShape } from "../../runtime/mouth/shape.ts";
import { MouthTrack } from "../../runtime/mouth/track.ts";
import { readBenchmarkWav } from "../bench/lipsync.ts";
import { soundParts } from "../render/source.ts";

/**
 * `node scripts/avatar/features.ts WAV OUT`: the mouth of a take as the kiosk would shape it from
 * its sound alone, a row of float32 a frame: the 15 visemes' weights and the opening. WAV is
 * 16 kHz mono.
 */
const [wav, out] = process.argv.slice(2);
if (wav === undefined || out === undefined) throw new Error("Cannot hear: WAV and OUT are due");

const rows = (await shapesOf(wav)).flatMap(({ weights, opening }) => [...weights, opening]);
writeFileSync(out, new Uint8Array(Float32Array.from(rows).buffer));

async function shapesOf(file: string): Promise<readonly MouthShape[]> {
  const model = new URL("../../config/models/speech/speech.onnx", import.meta.url);
  await using network = await new OnnxInference().open(readFileSync(model));
  const segments = await new Hearing(network, sampleRateHz).whole(readBenchmarkWav(file));
  const track = new MouthTrack();
  for (const part of await soundParts(file)) track.append(part);
  track.hear({ from: 0, segments, settled: segments.at(-1)?.to ?? 0 });
  track.end();
  track.due((track.length + 1) * samplesPerFrame);
  return Array.from({ length: track.length }, (_, frame) =>
    track.shapeAt((frame + 0.5) * samplesPerFrame),
  );
}
