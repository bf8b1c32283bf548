/** A value in the graph: its name and its shape without the batch. */
export interface Value {
  readonly name: string;
  readonly channels: number;
  readonly side: number;
}

interface ConvShape {
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  /** Groups as many as channels: each is filtered by itself. */
  readonly depthwise?: boolean;
  readonly relu?: boolean;
}

/**
 * Writes small ONNX models (opset 13) whose weights are all alike: made by ConstantOfShape, folded
 * when the model is opened, so that a network of millions of weights takes a few kilobytes and the
 * same time to run as a trained one. Counts multiplications.
 */
export class OnnxGraph {
  readonly #nodes: Uint8Array[] = [];
  readonly #initializers: Uint8Array[] = [];
  #count = 0;
  multiplications = 0;
  weights = 0;

  conv(from: Value, channels: number, shape: ConvShape): Value {
    const { kernel, stride = 1, pad = (kernel - 1) >> 1, depthwise = false, relu = true } = shape;
    const side = Math.floor((from.side + 2 * pad - kernel) / stride) + 1;
    const inner = depthwise ? 1 : from.channels;
    const weight = this.#weight([channels, inner, kernel, kernel], 1 / (inner * kernel * kernel));
    this.multiplications += side * side * channels * inner * kernel * kernel;
    const name = this.#node(
      "Conv",
      [from.name, weight],
      [
        ints("kernel_shape", [kernel, kernel]),
        ints("strides", [stride, stride]),
        ints("pads", [pad, pad, pad, pad]),
        int("group", depthwise ? channels : 1),
      ],
    );
    const value = { name, channels, side };
    return relu ? this.relu(value) : value;
  }

  /** A transposed convolution that grows each side by `stride`. */
  grow(from: Value, channels: number, stride: number): Value {
    const weight = this.#weight([from.channels, channels, 3, 3], 1 / (from.channels * 9));
    const side = stride === 1 ? from.side + 2 : from.side * stride;
    this.multiplications += from.side * from.side * from.channels * channels * 9;
    const pad = stride === 1 ? 0 : 1;
    const name = this.#node(
      "ConvTranspose",
      [from.name, weight],
      [
        ints("kernel_shape", [3, 3]),
        ints("strides", [stride, stride]),
        ints("pads", [pad, pad, pad, pad]),
        ints("output_padding", [stride - 1, stride - 1]),
      ],
    );
    return this.relu({ name, channels, side });
  }

  relu(from: Value): Value {
    return { ...from, name: this.#node("Relu", [from.name], []) };
  }

  add(one: Value, other: Value): Value {
    return { ...one, name: this.#node("Add", [one.name, other.name], []) };
  }

  concat(one: Value, other: Value): Value {
    const name = this.#node("Concat", [one.name, other.name], [int("axis", 1)]);
    return { ...one, name, channels: one.channels + other.channels };
  }

  /** Twice as large, by the nearest pixel. */
  double(from: Value): Value {
    const scales = this.#tensor(floatType, [4], floats([1, 1, 2, 2]));
    const mode = string("mode", "nearest");
    const name = this.#node("Resize", [from.name, "", scales], [mode]);
    return { ...from, name, side: from.side * 2 };
  }

  /** The model with these inputs and one output. */
  model(inputs: readonly Value[], output: Value): Uint8Array {
    const graph = [
      ...this.#nodes.map((node) => bytes(1, node)),
      bytes(2, utf8("graph")),
      ...this.#initializers.map((tensor) => bytes(5, tensor)),
      ...inputs.map((value) => bytes(11, valueInfo(value))),
      bytes(12, valueInfo(output)),
    ];
    return join([number(1, 8), bytes(7, join(graph)), bytes(8, number(2, 13))]);
  }

  #weight(dims: readonly number[], value: number): string {
    this.weights += dims.reduce((product, dim) => product * dim, 1);
    const shape = this.#tensor(int64Type, [dims.length], longs(dims));
    const fill = join([number(1, 1), number(2, floatType), bytes(9, floats([value]))]);
    return this.#node("ConstantOfShape", [shape], [attribute("value", 4, bytes(5, fill))]);
  }

  #tensor(type: number, dims: readonly number[], data: Uint8Array): string {
    const name = `c${this.#count++}`;
    const shape = dims.map((dim) => number(1, dim));
    const tensor = [...shape, number(2, type), bytes(8, utf8(name)), bytes(9, data)];
    this.#initializers.push(join(tensor));
    return name;
  }

  #node(kind: string, inputs: readonly string[], attributes: readonly Uint8Array[]): string {
    const name = `v${this.#count++}`;
    const parts = [
      ...inputs.map((input) => bytes(1, utf8(input))),
      bytes(2, utf8(name)),
      bytes(4, utf8(kind)),
      ...attributes.map((each) => bytes(5, each)),
    ];
    this.#nodes.push(join(parts));
    return name;
  }
}

/** TensorProto.DataType, onnx.proto3 */
const floatType = 1;
const int64Type = 7;

function valueInfo({ name, channels, side }: Value): Uint8Array {
  const dims = [1, channels, side, side].map((dim) => bytes(1, number(1, dim)));
  const tensor = join([number(1, floatType), bytes(2, join(dims))]);
  return join([bytes(1, utf8(name)), bytes(2, bytes(1, tensor))]);
}

/** AttributeProto: a name, a value, and in field 20 which type it has. */
function attribute(name: string, type: number, value: Uint8Array): Uint8Array {
  return join([bytes(1, utf8(name)), value, number(20, type)]);
}

function int(name: string, value: number): Uint8Array {
  return attribute(name, 2, number(3, value));
}

function ints(name: string, values: readonly number[]): Uint8Array {
  return attribute(name, 7, join(values.map((value) => number(8, value))));
}

function string(name: string, text: string): Uint8Array {
  return attribute(name, 3, bytes(4, utf8(text)));
}

/** Protocol Buffers, "Encoding": a varint field. */
function number(field: number, value: number): Uint8Array {
  return join([varint(field << 3), varint(value)]);
}

/** A field of a length and so many bytes. */
function bytes(field: number, content: Uint8Array): Uint8Array {
  return join([varint((field << 3) | 2), varint(content.length), content]);
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) out.push((left % 128) | 128);
  return Uint8Array.from([...out, left]);
}

function floats(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function longs(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
