import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Inference, Network, Tensor } from "../../drivers/inference/inference.ts";

/** What every Inference keeps. `memory.onnx`: next = 2 x + past, y = -next, of 1 x 3 values. */
export function inferenceContract(name: string, make: () => Inference): void {
  test(`${name}: a network has the model's tensors, of its sizes, all zero`, async () => {
    await using network = await make().open(model("memory.onnx"));
    assert.deepEqual([...network.inputs.keys()], ["x", "past"]);
    assert.deepEqual([...network.outputs.keys()], ["y", "next"]);
    const { shape, data } = input(network, "past");
    assert.deepEqual([...shape], [1, 3]);
    assert.deepEqual([...data], [0, 0, 0]);
  });

  test(`${name}: run() reads the inputs' values and leaves the outputs' in place`, async () => {
    await using network = await make().open(model("memory.onnx"));
    const y = output(network, "y").data;
    input(network, "x").data.set([1, 2, 3]);
    await network.run();
    assert.deepEqual([...y], [-2, -4, -6]);
    assert.deepEqual([...input(network, "x").data], [1, 2, 3]);
  });

  test(`${name}: an output fed back is a memory`, async () => {
    await using network = await make().open(model("memory.onnx"));
    input(network, "x").data.set([1, 0, 10]);
    for (let run = 0; run < 5; run++) {
      await network.run();
      input(network, "past").data.set(output(network, "next").data);
    }
    assert.deepEqual([...output(network, "next").data], [10, 0, 100]);
  });

  test(`${name}: networks of one model do not share values`, async () => {
    const inference = make();
    await using one = await inference.open(model("memory.onnx"));
    await using other = await inference.open(model("memory.onnx"));
    input(one, "x").data.set([1, 1, 1]);
    await one.run();
    await other.run();
    assert.deepEqual([...output(other, "next").data], [0, 0, 0]);
  });

  test(`${name}: a model that cannot be opened is an error that says why`, async () => {
    const bytes = new TextEncoder().encode("no model at all");
    await assert.rejects(make().open(bytes), /^Error: Cannot open model: /);
    const free = /^Error: Cannot open model: x has a free size "batch"/;
    await assert.rejects(make().open(model("free-size.onnx")), free);
  });
}

function model(name: string): Uint8Array {
  return readFileSync(new URL(`../golden/${name}`, import.meta.url));
}

function input(network: Network, name: string): Tensor {
  return network.inputs.get(name) ?? assert.fail(`no input ${name}`);
}

function output(network: Network, name: string): Tensor {
  return network.outputs.get(name) ?? assert.fail(`no output ${name}`);
}
