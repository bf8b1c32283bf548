import { readFileSync } from "node:fs";
import { sampleRateHz, samplesPerFrame } from "../../config/sound.ts";
import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { Hearing } from "../../runtime/mouth/hearing.ts";
import { MouthTrack } from "../../runtime/mouth/track.ts";
import { readBenchmarkWav } from "../bench/lipsync.ts";
import { soundParts } from "../render/source.ts";

/** The mouth of a whole sound file (16 kHz mono WAV) as the kiosk shapes it from sound alone. */
export async function hearTrack(file: string): Promise<MouthTrack> {
  const model = new URL("../../config/models/speech/speech.onnx", import.meta.url);
  await using network = await new OnnxInference().open(readFileSync(model));
  const segments = await new Hearing(network, sampleRateHz).whole(readBenchmarkWav(file));
  const track = new MouthTrack();
  for (const part of await soundParts(file)) track.append(part);
  track.hear({ from: 0, segments, settled: segments.at(-1)?.to ?? 0 });
  track.end();
  track.due((track.length + 1) * samplesPerFrame);
  return track;
}
