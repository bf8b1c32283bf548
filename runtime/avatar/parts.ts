import Type, { type Static } from "typebox";
import { limits } from "../../config/limits.ts";
import { AvatarError, demand } from "./error.ts";
import { readHead } from "./head.ts";
import { span } from "./layout.ts";
import type { Stretch } from "./stretch.ts";
import { unpack } from "./unpack.ts";

/**
 * A container of named tensors and lists of blobs, for what a kind of lip-sync needs and the format
 * need not understand: the head of `head.ts` with this magic, an index as below, then bytes.
 * Numbers are little endian, row-major; `packed` is one zstd frame. f32 must be finite.
 */
const partsMagic = "FDPARTS\n";

/** The numbers a tensor may be made of. */
export interface Numbers {
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly i16: Int16Array;
  readonly f32: Float32Array;
}

const name = "^[A-Za-z0-9-]{1,32}$";

const partsSchema = Type.Object({
  tensors: Type.Record(
    Type.String({ pattern: name }),
    Type.Object({
      type: Type.Enum(["u8", "i8", "i16", "f32"]),
      shape: Type.Array(Type.Integer({ minimum: 0, maximum: limits.avatarPartBytesMax }), {
        maxItems: 8,
      }),
      at: span,
      packed: Type.Boolean(),
    }),
  ),
  blobs: Type.Record(
    Type.String({ pattern: name }),
    Type.Array(span, { maxItems: limits.avatarShapesMax }),
  ),
});

type Index = Static<typeof partsSchema>;

/** An opened container; what it holds is read when it is asked for. */
export class Parts {
  readonly #index: Index;
  readonly #bytes: Stretch;

  constructor(index: Index, bytes: Stretch) {
    this.#index = index;
    this.#bytes = bytes;
  }

  /**
   * A tensor of this type and shape, the caller's own; -1 stands for any number of a dimension.
   * Throws AvatarError when it is missing, other than asked for, or holds what is no number.
   */
  tensor<T extends keyof Numbers>(name: string, type: T, shape: readonly number[]): Numbers[T] {
    const found = this.#find(this.#index.tensors, name);
    const fits = found.shape.length === shape.length && shape.every(isLike, found.shape);
    const is = `${found.type} [${found.shape.join(", ")}]`;
    const due = `${type} [${shape.join(", ")}]`;
    demand(found.type === type && fits, () => `part ${name} is ${is}, ${due} is due`);
    const bytes = found.shape.reduce((product, side) => product * side, widths[type]);
    return read(name, type, this.#unpack(name, found, bytes));
  }

  /** The shape of a tensor, to ask for others by. */
  shape(name: string): readonly number[] {
    return this.#find(this.#index.tensors, name).shape;
  }

  /** Blobs of a name, in order; each is read when it is asked for. */
  blobs(name: string): readonly Stretch[] {
    const spans = this.#find(this.#index.blobs, name);
    return spans.map((span, at) => this.#bytes.cut(`part ${name} ${at}`, span));
  }

  #find<P>(parts: Readonly<Record<string, P>>, name: string): P {
    const found = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (found !== undefined) return found;
    const known = Object.keys(parts).join(", ") || "none";
    throw new AvatarError(`part ${name} is missing, there are ${known}`);
  }

  #unpack(name: string, { at, packed }: Index["tensors"][string], due: number): Uint8Array {
    const stretch = this.#bytes.cut(`part ${name}`, at);
    if (packed) return unpack(`part ${name}`, stretch, due);
    demand(at[1] === due, () => `part ${name} has ${at[1]} bytes, ${due} bytes are due`);
    return stretch.read();
  }
}

/** Reads a container; throws AvatarError. */
function readParts(file: Stretch): Parts {
  const { index, blobs } = readHead("container of parts", file, partsMagic, partsSchema);
  return new Parts(index, blobs);
}

/** The containers that a file's index names. */
export function readAllParts(
  spans: Readonly<Record<string, readonly [number, number]>>,
  blobs: Stretch,
): ReadonlyMap<string, Parts> {
  const entries = Object.entries(spans);
  return new Map(entries.map(([kind, place]) => [kind, readParts(blobs.cut(kind, place))]));
}

/** Used with `every` on the wanted shape, with the true shape as `this`. */
function isLike(this: readonly number[], wanted: number, at: number): boolean {
  return wanted === -1 || wanted === this[at];
}

const widths: Readonly<Record<keyof Numbers, number>> = { u8: 1, i8: 1, i16: 2, f32: 4 };

/** Copies: aligned, and no longer tied to the buffer that files are read into. */
function read<T extends keyof Numbers>(name: string, type: T, bytes: Uint8Array): Numbers[T] {
  const own = bytes.slice().buffer;
  const made: Numbers = {
    u8: new Uint8Array(own),
    i8: new Int8Array(own),
    i16: type === "i16" ? new Int16Array(own) : new Int16Array(),
    f32: type === "f32" ? new Float32Array(own) : new Float32Array(),
  };
  const wild = type === "f32" ? made.f32.findIndex((value) => !Number.isFinite(value)) : -1;
  demand(wild < 0, () => `part ${name} holds ${made.f32[wild]} at ${wild}, numbers are due`);
  return made[type];
}
