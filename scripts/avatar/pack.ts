import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { constants, zstdCompressSync } from "node:zlib";
import sharp from "sharp";
import type { Layout, Span } from "../../runtime/avatar/layout.ts";
import { meshBytes } from "../../runtime/avatar/mesh.ts";
import { readTier } from "../../runtime/avatar/tier.ts";
import { Blobs } from "./blobs.ts";
import { encodeMatte } from "./runs.ts";
import { ByteStream } from "./stream.ts";

/**
 * Packs one tier: `node scripts/avatar/pack.ts FILE [--quality 1..100] [--mouth 1..100]`. Reads
 * from standard input what `build.py` sends: a line of JSON (`Header`); the mask; for each mouth
 * its matte and its picture (RGB); for each frame its mesh, its matte and its picture (RGB). The
 * file is read back before it counts as written.
 */
interface Header extends Pick<Layout, "width" | "height" | "backdrop"> {
  readonly frames: number;
  readonly mesh: { readonly columns: number; readonly rows: number; readonly step: number };
  readonly mouth: {
    readonly width: number;
    readonly height: number;
    readonly shapes: readonly Omit<Layout["mouth"]["shapes"][number], "image">[];
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quality: { type: "string", default: "90" }, mouth: { type: "string", default: "93" } },
});
const [target] = positionals;
if (target === undefined) throw new Error("Cannot pack: no FILE is named");
const file = await pack(
  new ByteStream(process.stdin),
  Number(values.quality),
  Number(values.mouth),
);
readTier(file);
writeFileSync(target, file);

async function pack(input: ByteStream, quality: number, mouthQuality: number): Promise<Uint8Array> {
  const header: Header = JSON.parse(await input.line());
  const blobs = new Blobs();
  const mouth = await packMouth(input, header, blobs, mouthQuality);
  const frames = await packFrames(input, header, blobs, quality);
  const { width, height, backdrop } = header;
  return blobs.file({ width, height, backdrop, ...frames, mouth });
}

async function packMouth(
  input: ByteStream,
  { mouth }: Header,
  blobs: Blobs,
  quality: number,
): Promise<Layout["mouth"]> {
  const { width, height } = mouth;
  const planes = [await input.bytes(width * height)];
  const shapes: Layout["mouth"]["shapes"] = [];
  for (const shape of mouth.shapes) {
    planes.push(await input.bytes(width * height));
    const rgb = await input.bytes(width * height * 3);
    const image = blobs.add(await jpeg(rgb, width, height, { quality, chroma: "4:4:4" }));
    shapes.push({ ...shape, image });
  }
  return { width, height, planes: blobs.add(squeeze(Buffer.concat(planes))), shapes };
}

async function packFrames(
  input: ByteStream,
  { width, height, frames: count, mesh }: Header,
  blobs: Blobs,
  quality: number,
): Promise<Pick<Layout, "frames" | "matte" | "mesh">> {
  const frames: Span[] = [];
  const meshes: Uint8Array[] = [];
  const runs: number[] = [];
  const alphas: number[] = [];
  for (let frame = 0; frame < count; frame++) {
    meshes.push(await input.bytes(meshBytes(mesh)));
    const matte = encodeMatte(await input.bytes(width * height), width);
    for (const run of matte.runs) runs.push(run);
    for (const alpha of matte.alphas) alphas.push(alpha);
    const rgb = await input.bytes(width * height * 3);
    frames.push(blobs.add(await jpeg(rgb, width, height, { quality, chroma: "4:2:0" })));
  }
  const matte = Buffer.concat([littleEndian(runs), Uint8Array.from(alphas)]);
  const at = blobs.add(squeeze(matte));
  return {
    frames,
    matte: { at, runs: runs.length, alphas: alphas.length },
    mesh: { ...mesh, at: blobs.add(squeeze(Buffer.concat(meshes))) },
  };
}

/** Baseline, so that a frame decodes in one pass; trellis quantisation is free for the decoder. */
async function jpeg(
  rgb: Uint8Array,
  width: number,
  height: number,
  { quality, chroma }: { quality: number; chroma: "4:2:0" | "4:4:4" },
): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({
      quality,
      chromaSubsampling: chroma,
      progressive: false,
      optimiseCoding: true,
      trellisQuantisation: true,
      overshootDeringing: true,
      quantisationTable: 3,
    })
    .toBuffer();
}

function squeeze(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}

function littleEndian(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => void bytes.writeUInt16LE(value, at * 2));
  return bytes;
}
