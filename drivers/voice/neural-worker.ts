import { availableParallelism } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { NeuralAnswer, NeuralQuestion, NeuralSetup } from "./neural-words.ts";

/**
 * The entry of a neural voice's thread: a model runs for as long as a sentence takes, which must
 * not keep the daemon from turning. One core of each remains for the stage and the desk.
 */
const { file, hasSpeakers }: NeuralSetup = workerData;
const threads = Math.max(1, Math.min(4, availableParallelism() - 2));

try {
  const session = await InferenceSession.create(file, {
    executionProviders: ["cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors alone: warnings about a model are its maker's business.
    logSeverityLevel: 3,
  });
  check(session.inputNames);
  answer({ kind: "ready" });
  parentPort?.on("message", (question: NeuralQuestion) => void reply(session, question));
} catch (error) {
  answer({ kind: "failed", reason: reasonOf(error) });
}

async function reply(session: InferenceSession, question: NeuralQuestion): Promise<void> {
  const { ids, scales, speaker } = question;
  const feeds = {
    input: new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
    input_lengths: new Tensor("int64", BigInt64Array.of(BigInt(ids.length)), [1]),
    scales: new Tensor("float32", Float32Array.from(scales), [3]),
    ...(hasSpeakers ? { sid: new Tensor("int64", BigInt64Array.of(BigInt(speaker)), [1]) } : {}),
  };
  try {
    const outputs = await session.run(feeds);
    const [sound, frames] = session.outputNames.map((name) => outputs[name]?.data);
    if (!(sound instanceof Float32Array)) throw new Error("its sound is not of float32");
    // A second output, one value an id, is how many frames each takes.
    const isTimed = frames instanceof Float32Array && frames.length === ids.length;
    answer({ kind: "sound", pcm: samplesOf(sound), ...(isTimed ? { frames } : {}) });
  } catch (error) {
    answer({ kind: "failed", reason: reasonOf(error) });
  }
}

/** The loudest sample fills the range, as Piper does it; silence stays silent. */
function samplesOf(sound: Float32Array): Int16Array {
  const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0.01);
  return Int16Array.from(sound, (value) => Math.round((value / peak) * 32_767));
}

function check(names: readonly string[]): void {
  const due = ["input", "input_lengths", "scales", ...(hasSpeakers ? ["sid"] : [])];
  if (due.every((name) => names.includes(name)) && names.length === due.length) return;
  throw new Error(`its inputs are ${names.join(", ")}, they should be ${due.join(", ")}`);
}

function answer(message: NeuralAnswer): void {
  parentPort?.postMessage(message);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
