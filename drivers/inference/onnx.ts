import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import type { Inference, Network, Tensor } from "./inference.ts";

/**
 * ONNX models by onnxruntime, on one thread and with as little memory as it can. The library is
 * loaded with the first model: whoever needs none pays nothing for it.
 */
export class OnnxInference implements Inference {
  async open(model: Uint8Array): Promise<Network> {
    const runtime = await import("onnxruntime-node");
    const session = await runtime.InferenceSession.create(model, options).catch(
      (cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`Cannot open model: ${reason}`, { cause });
      },
    );
    try {
      return new OnnxNetwork(session, runtime);
    } catch (error) {
      await session.release();
      throw error;
    }
  }
}

const options: InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  graphOptimizationLevel: "all",
  executionMode: "sequential",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  // The arena keeps what the largest run needed, times a growth factor; our nets need little.
  enableCpuMemArena: false,
  enableMemPattern: false,
};

class OnnxNetwork implements Network {
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly #session: InferenceSession;
  readonly #feeds: Readonly<Record<string, OnnxTensor>>;
  readonly #fetches: Readonly<Record<string, OnnxTensor>>;

  constructor(session: InferenceSession, runtime: Runtime) {
    this.#session = session;
    this.#feeds = tensorsFor(session.inputMetadata, runtime);
    this.#fetches = tensorsFor(session.outputMetadata, runtime);
    this.inputs = viewsOf(this.#feeds);
    this.outputs = viewsOf(this.#fetches);
  }

  async run(): Promise<void> {
    await this.#session.run(this.#feeds, this.#fetches);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}

type Runtime = typeof import("onnxruntime-node");

function tensorsFor(
  values: readonly InferenceSession.ValueMetadata[],
  runtime: Runtime,
): Record<string, OnnxTensor> {
  return Object.fromEntries(values.map((value) => [value.name, tensorFor(value, runtime)]));
}

function tensorFor(value: InferenceSession.ValueMetadata, runtime: Runtime): OnnxTensor {
  if (!value.isTensor || value.type !== "float32") {
    const type = value.isTensor ? value.type : "no tensor";
    throw new Error(`Cannot open model: ${value.name} is ${type}, it should be float32`);
  }
  const shape = value.shape.map((size) => {
    if (typeof size === "number") return size;
    throw new Error(`Cannot open model: ${value.name} has a free size "${size}", not a number`);
  });
  const count = shape.reduce((product, size) => product * size, 1);
  return new runtime.Tensor("float32", new Float32Array(count), shape);
}

function viewsOf(tensors: Readonly<Record<string, OnnxTensor>>): ReadonlyMap<string, Tensor> {
  return new Map(
    Object.entries(tensors).map(([name, { dims, data }]) => [
      name,
      { shape: dims, data: data as Float32Array },
    ]),
  );
}
