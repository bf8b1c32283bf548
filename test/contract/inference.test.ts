import { OnnxInference } from "../../drivers/inference/onnx.ts";
import { inferenceContract } from "./inference.ts";

inferenceContract("onnx", () => new OnnxInference());
