/**
 * A model of the shape of a Piper voice in some 2 KB, made here byte by byte: each phoneme is a
 * tone of its own pitch and of 25 ms times `scales[1]`; pads, spaces and signs are silent. With
 * speakers, number `sid` hums `1 + sid / 2` times as high, and a second output tells how long each
 * id is.
 *
 * Sources: the tensors are those of Piper's export (input, input_lengths, scales, sid, output); the
 * encoding is ONNX IR version 8, onnx.proto, in protocol buffers.
 */
export function humModel(voice: { readonly speakers: boolean }): Uint8Array {
  const { speakers } = voice;
  const pitch = speakers
    ? [
        node("Cast", ["sid"], "voice", integer("to", float)),
        node("Mul", ["voice", "half"], "raise"),
        node("Add", ["raise", "one"], "factor"),
        node("Gather", ["pitches", "input"], "low"),
        node("Mul", ["low", "factor"], "hz"),
      ]
    : [node("Gather", ["pitches", "input"], "hz")];
  const durations = [
    node("Shape", ["input"], "count"),
    node("Div", ["samples", "hop"], "each"),
    node("Expand", ["each", "count"], "durations"),
  ];
  const inputs = [
    tensorType("input", long, [1, "phonemes"]),
    tensorType("input_lengths", long, [1]),
    tensorType("scales", float, [3]),
    ...(speakers ? [tensorType("sid", long, [1])] : []),
  ];
  const outputs = [
    tensorType("output", float, [1, 1, 1, "samples"]),
    ...(speakers ? [tensorType("durations", float, [1, "phonemes"])] : []),
  ];
  const nodes = [...pitch, ...tone, ...(speakers ? durations : [])];
  const graph = message([
    ...nodes.map((bytes) => field(1, bytes)),
    field(2, text("hum")),
    ...constants.map((bytes) => field(5, bytes)),
    ...inputs.map((bytes) => field(11, bytes)),
    ...outputs.map((bytes) => field(12, bytes)),
  ]);
  const opset = message([field(1, text("")), number(2, 13)]);
  return message([number(1, 8), field(7, graph), field(8, opset)]);
}

/** The description beside it, as `FILE.onnx.json`. */
export function humDescription(voice: { readonly speakers: boolean }): object {
  const ids = Object.fromEntries(signs.map((sign, id) => [sign, [id]]));
  return {
    audio: { sample_rate: humRateHz, quality: "low" },
    espeak: { voice: "en-us" },
    inference: { noise_scale: 0.667, length_scale: 1, noise_w: 0.8 },
    phoneme_type: "espeak",
    phoneme_id_map: ids,
    num_symbols: signs.length,
    num_speakers: voice.speakers ? 2 : 1,
    speaker_id_map: voice.speakers ? { low: 0, high: 1 } : {},
    hop_length: hop,
  };
}

export const humRateHz = 22_050;
const hop = 64;
const signs = [..."_^$ !'(),-.:;?abcdefghijklmnopqrstuvwxyzæçðøħŋœɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒʔˈˌːθᵻ\u0303"];
const float = 1;
const long = 7;

const pitches = signs.map((sign, id) => (/\p{Ll}/u.test(sign) ? 120 + 3 * id : 0));
const constants = [
  floats("pitches", pitches, [signs.length]),
  floats(
    "loudness",
    [...pitches].map((hz) => (hz > 0 ? 0.4 : 0)),
    [signs.length],
  ),
  floats("usual", [0.025 * humRateHz], [1]),
  floats("turn", [(2 * Math.PI) / humRateHz], [1]),
  floats("one", [1], [1]),
  floats("half", [0.5], [1]),
  floats("hop", [hop], [1]),
  longs("ones", [1, 1]),
  longs("flat", [1, 1, 1, -1]),
  longs("first", [1]),
  longs("second", [2]),
  longs("axis", [0]),
  longs("last", [3]),
];

/** From pitches `hz` (1 x ids) and `scales` to `output` (1 x 1 x 1 x samples). */
const tone = [
  node("Slice", ["scales", "first", "second", "axis"], "length"),
  node("Mul", ["length", "usual"], "exact"),
  node("Floor", ["exact"], "samples"),
  node("Cast", ["samples"], "repeats", integer("to", long)),
  node("Concat", ["ones", "repeats"], "shape", integer("axis", 0)),
  node("Unsqueeze", ["hz", "second"], "column"),
  node("Expand", ["column", "shape"], "spread"),
  node("Reshape", ["spread", "flat"], "steps"),
  node("CumSum", ["steps", "last"], "sum"),
  node("Mul", ["sum", "turn"], "phase"),
  node("Sin", ["phase"], "wave"),
  node("Gather", ["loudness", "input"], "loud"),
  node("Unsqueeze", ["loud", "second"], "loudColumn"),
  node("Expand", ["loudColumn", "shape"], "loudSpread"),
  node("Reshape", ["loudSpread", "flat"], "loudSteps"),
  node("Mul", ["wave", "loudSteps"], "output"),
];

function node(type: string, inputs: readonly string[], output: string, attribute?: Uint8Array) {
  return message([
    ...inputs.map((name) => field(1, text(name))),
    field(2, text(output)),
    field(4, text(type)),
    ...(attribute ? [field(5, attribute)] : []),
  ]);
}

function integer(name: string, value: number): Uint8Array {
  return message([field(1, text(name)), number(3, value), number(20, 2)]);
}

function floats(name: string, values: readonly number[], shape: readonly number[]): Uint8Array {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  const dims = shape.map((size) => number(1, size));
  return message([...dims, number(2, float), field(8, text(name)), field(9, raw)]);
}

function longs(name: string, values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return message([number(1, values.length), number(2, long), field(8, text(name)), field(9, raw)]);
}

function tensorType(name: string, type: number, shape: readonly (number | string)[]): Uint8Array {
  const dims = shape.map((size) =>
    field(1, message([typeof size === "number" ? number(1, size) : field(2, text(size))])),
  );
  const tensor = message([number(1, type), field(2, message(dims))]);
  return message([field(1, text(name)), field(2, message([field(1, tensor)]))]);
}

/** A field that holds bytes: a text, a packed list, another message. */
function field(id: number, bytes: Uint8Array): Uint8Array {
  return message([varint(id * 8 + 2), varint(bytes.length), bytes]);
}

function number(id: number, value: number): Uint8Array {
  return message([varint(id * 8), varint(value)]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function message(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
