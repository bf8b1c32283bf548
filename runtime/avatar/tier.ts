import { createHash } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import { limits } from "../../config/limits.ts";
import { readDocument } from "./document.ts";
import { AvatarError, demand } from "./error.ts";
import { headBytes, type Layout, layoutSchema, magic, type Span } from "./layout.ts";
import type { TierEntry } from "./manifest.ts";
import { type Matte, readMatte } from "./matte.ts";
import { type Mesh, meshBytes, readMesh } from "./mesh.ts";
import { demandJpeg } from "./picture.ts";

export type { Matte } from "./matte.ts";
export type { Mesh } from "./mesh.ts";

/** One resolution of an avatar, checked and ready to be drawn. Blobs are views into the file. */
export interface AvatarTier {
  readonly width: number;
  readonly height: number;
  /** The flat colour that the frames are painted over. */
  readonly backdrop: readonly [red: number, green: number, blue: number];
  /** The idle loop: one JPEG a frame, width x height. */
  readonly frames: readonly Uint8Array[];
  readonly matte: Matte;
  readonly mesh: Mesh;
  readonly mouth: MouthSet;
}

/** The mouths that can be drawn over a frame. */
export interface MouthSet {
  readonly width: number;
  readonly height: number;
  /** How much a patch counts against the frame, 255 wholly, 0 at the border: width x height. */
  readonly mask: Uint8Array;
  readonly shapes: readonly MouthPatch[];
}

/** One mouth: a viseme's name, how far it is made, how far the jaw is open, and its JPEG. */
export interface MouthPatch {
  readonly name: string;
  /** Above 0 (closed) up to 1 (the shape as it is held). */
  readonly amount: number;
  /** 0 to 1, the widest of the set. */
  readonly opening: number;
  /** Over the tier's backdrop. */
  readonly image: Uint8Array;
  /** What of it is the figure, as in the frames' matte, a byte a pixel. */
  readonly opacity: Uint8Array;
}

/** Opens a tier's file after its size and SHA-256 proved right; throws AvatarError. */
export function openTier(bytes: Uint8Array, entry: TierEntry): AvatarTier {
  const { file } = entry;
  demand(
    bytes.length === entry.bytes,
    () => `${file} has ${bytes.length} bytes, manifest says ${entry.bytes} bytes`,
  );
  const sum = createHash("sha256").update(bytes).digest("hex");
  demand(sum === entry.sha256, () => `${file} has SHA-256 ${sum}, manifest says ${entry.sha256}`);
  const tier = readTier(bytes);
  const size = `${tier.width}x${tier.height}`;
  const due = `${entry.width}x${entry.height}`;
  demand(size === due, () => `${file} is ${size}, manifest says ${due}`);
  return tier;
}

/** Reads a tier's file, trusting nothing in it; throws AvatarError. */
export function readTier(bytes: Uint8Array): AvatarTier {
  const { layout, blobs } = readHead(bytes);
  const { width, height, backdrop, frames, mouth } = layout;
  const pictures = frames.map((span, frame) => {
    const file = cut(`frame ${frame}`, blobs, span);
    demandJpeg(`frame ${frame}`, file, width, height);
    return file;
  });
  return {
    width,
    height,
    backdrop,
    frames: pictures,
    matte: unpackMatte(layout, blobs),
    mesh: unpackMesh(layout, blobs),
    mouth: unpackMouth(mouth, blobs),
  };
}

function readHead(bytes: Uint8Array): { layout: Layout; blobs: Uint8Array } {
  demand(bytes.length > headBytes, () => `file has ${bytes.length} bytes, no tier is that short`);
  const start = Buffer.from(bytes.subarray(0, magic.length)).toString("latin1");
  demand(start === magic, () => `file begins with ${JSON.stringify(start)}, it is no tier`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  const room = Math.min(bytes.length - headBytes, limits.avatarIndexBytesMax);
  demand(length <= room, () => `index has ${length} bytes, at most ${room} bytes can be`);
  const index = bytes.subarray(headBytes, headBytes + length);
  const layout = readDocument("index", index, layoutSchema);
  return { layout, blobs: bytes.subarray(headBytes + length) };
}

function unpackMatte({ width, height, frames, matte }: Layout, blobs: Uint8Array): Matte {
  const bytes = unpack("matte", cut("matte", blobs, matte.at), matte.runs * 2 + matte.alphas);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const runs = new Uint16Array(matte.runs);
  for (let run = 0; run < runs.length; run++) runs[run] = view.getUint16(run * 2, true);
  const alphas = bytes.slice(matte.runs * 2);
  return readMatte(runs, alphas, { width, height, frames: frames.length });
}

function unpackMesh({ frames, mesh }: Layout, blobs: Uint8Array): Mesh {
  const due = frames.length * meshBytes(mesh);
  return readMesh(unpack("mesh", cut("mesh", blobs, mesh.at), due), mesh, frames.length);
}

function unpackMouth(mouth: Layout["mouth"], blobs: Uint8Array): MouthSet {
  const { width, height } = mouth;
  const area = width * height;
  const decoded = mouth.shapes.length * area * 4;
  const most = limits.avatarPartBytesMax;
  demand(decoded <= most, () => `mouths take ${decoded} bytes decoded, limit is ${most} bytes`);
  const due = area * (mouth.shapes.length + 1);
  const planes = unpack("mouth planes", cut("mouth planes", blobs, mouth.planes), due);
  const shapes = mouth.shapes.map(({ image, ...shape }, index) => {
    const file = cut(`mouth ${shape.name}`, blobs, image);
    demandJpeg(`mouth ${shape.name}`, file, width, height);
    const opacity = planes.subarray((index + 1) * area, (index + 2) * area);
    return { ...shape, image: file, opacity };
  });
  return { width, height, mask: planes.subarray(0, area), shapes };
}

function cut(what: string, blobs: Uint8Array, [offset, length]: Span): Uint8Array {
  const end = offset + length;
  demand(end <= blobs.length, () => `${what} ends at byte ${end}, blobs end at ${blobs.length}`);
  return blobs.subarray(offset, end);
}

function unpack(what: string, packed: Uint8Array, due: number): Uint8Array {
  const most = limits.avatarPartBytesMax;
  demand(due <= most, () => `${what} takes ${due} bytes unpacked, limit is ${most} bytes`);
  const bytes = inflate(what, packed, due);
  demand(bytes.length === due, () => `${what} unpacks to ${bytes.length} bytes, ${due} are due`);
  return bytes;
}

function inflate(what: string, packed: Uint8Array, due: number): Uint8Array {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: Math.max(1, due) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AvatarError(`${what} does not unpack to ${due} bytes of zstd data (${reason})`);
  }
}
