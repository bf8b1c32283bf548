import { AvatarError, demand } from "./error.ts";
import type { Layout } from "./layout.ts";
import type { Stretch } from "./stretch.ts";

type Index = Layout["parts"][string];

/** The parts of one kind in one file; a blob is read when it is asked for. */
export class Parts {
  readonly #kind: string;
  readonly #index: Index;
  readonly #blobs: Stretch;

  constructor(kind: string, index: Index, blobs: Stretch) {
    this.#kind = kind;
    this.#index = index;
    this.#blobs = blobs;
  }

  get fields(): Readonly<Record<string, unknown>> {
    return this.#index.fields;
  }

  /** All blobs of a name, in order; throws AvatarError when the name is missing. */
  blobs(name: string): readonly Stretch[] {
    const { blobs } = this.#index;
    const spans = Object.hasOwn(blobs, name) ? blobs[name] : undefined;
    const known = Object.keys(blobs).join(", ") || "none";
    if (!spans) throw new AvatarError(`${this.#kind} has no ${name}, it has ${known}`);
    return spans.map((place, at) => this.#blobs.cut(`${this.#kind} ${name} ${at}`, place));
  }

  /** The only blob of a name; throws AvatarError when there are none or several. */
  blob(name: string): Stretch {
    const [first, ...others] = this.blobs(name);
    const is = `${this.#kind} has ${others.length + 1} blobs ${name}`;
    if (first === undefined) throw new AvatarError(`${this.#kind} has an empty list ${name}`);
    demand(others.length === 0, () => `${is}, one is due`);
    return first;
  }

  /** A blob of `count` finite float32, little endian; the caller's own. Throws AvatarError. */
  floats(name: string, count: number): Float32Array {
    const what = `${this.#kind} ${name}`;
    const blob = this.blob(name);
    demand(blob.bytes === count * 4, () => `${what} has ${blob.bytes} bytes, ${count * 4} are due`);
    blob.charge(what, blob.bytes);
    const bytes = blob.read();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const floats = Float32Array.from({ length: count }, (_, at) => view.getFloat32(at * 4, true));
    const wild = floats.findIndex((value) => !Number.isFinite(value));
    demand(wild < 0, () => `${what} holds ${floats[wild]} at ${wild}, a number is due`);
    return floats;
  }
}

/** The parts of every kind that a file's index names. */
export function readParts(index: Layout["parts"], blobs: Stretch): ReadonlyMap<string, Parts> {
  return new Map(Object.entries(index).map(([kind, one]) => [kind, new Parts(kind, one, blobs)]));
}
