import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OnnxInference } from "../../drivers/inference/onnx.ts";

/** What the model says to a fixed input: the first values of each output, after three runs. */
export async function modelOutput(model: Uint8Array): Promise<number[]> {
  await using network = await new OnnxInference().open(model);
  for (let run = 0; run < 3; run++) {
    for (const { data } of network.inputs.values()) {
      for (let at = 0; at < data.length; at++) data[at] = Math.sin(at * 0.7 + run);
    }
    await network.run();
  }
  return [...network.outputs.values()].flatMap(({ data }) => [...data.subarray(0, 4)].map(rounded));
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** `node scripts/doctor/golden.ts`: writes the golden output of the model that is shipped. */
if (import.meta.main) {
  const folder = join(import.meta.dirname, "../../config/models/speech");
  const model = readFileSync(join(folder, "speech.onnx"));
  const sha256 = createHash("sha256").update(model).digest("hex");
  const golden = { sha256, output: await modelOutput(model) };
  writeFileSync(join(folder, "golden.json"), `${JSON.stringify(golden, undefined, 2)}\n`);
}
