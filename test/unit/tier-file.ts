import { zstdCompressSync } from "node:zlib";
import sharp from "sharp";
import { openBytes } from "../../drivers/disk/memory.ts";
import { type Layout, tierMagic } from "../../runtime/avatar/layout.ts";
import { atOnce } from "../../runtime/avatar/slices.ts";
import { Stretch } from "../../runtime/avatar/stretch.ts";
import { type AvatarTier, readTier } from "../../runtime/avatar/tier.ts";
import { Blobs } from "../../scripts/avatar/blobs.ts";
import { encodeMatte } from "../../scripts/avatar/runs.ts";

/** What the small tier of the tests is made of; every part can be replaced. */
export interface TierDraft {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly backdrop: [number, number, number];
  /** Opacity of the figure in every frame. */
  readonly matte: Uint8Array;
  readonly step: number;
  /** Places in the patch of the 2 x 2 points of every frame's mesh. */
  readonly points: readonly number[];
  readonly origin: readonly [left: number, top: number];
  readonly mouth: { readonly width: number; readonly height: number };
  readonly mask: Uint8Array;
}

/** 16 x 8 pixels: the left half is backdrop, then a mixed column, then the figure. */
export function smallDraft(): TierDraft {
  const matte = new Uint8Array(16 * 8);
  for (let at = 0; at < matte.length; at++)
    matte[at] = [0, 128, 255][Math.sign((at % 16) - 8) + 1]!;
  const mask = new Uint8Array(6 * 6);
  for (let y = 1; y < 5; y++) mask.fill(255, y * 6 + 1, y * 6 + 5);
  return {
    width: 16,
    height: 8,
    frames: 2,
    backdrop: [226, 229, 234],
    matte,
    step: 6,
    points: [0, 0, 6, 0, 0, 6, 6, 6],
    origin: [9, 1],
    mouth: { width: 6, height: 6 },
    mask,
  };
}

/** Writes a whole tier file: grey figure, red mouths `aa` at 0.5 and 1. */
export async function tierFile(draft: TierDraft = smallDraft()): Promise<Uint8Array> {
  const { width, height, frames, backdrop, mouth } = draft;
  const blobs = new Blobs();
  const runs: number[] = [];
  const alphas: number[] = [];
  const pictures: [number, number][] = [];
  for (let frame = 0; frame < frames; frame++) {
    const matte = encodeMatte(draft.matte, width);
    runs.push(...matte.runs);
    alphas.push(...matte.alphas);
    pictures.push(blobs.add(await picture(figureOver(draft), width, height)));
  }
  const bytes = Buffer.concat([
    Buffer.from(Uint16Array.from(runs).buffer),
    Uint8Array.from(alphas),
  ]);
  const mesh = Buffer.concat(Array.from({ length: frames }, () => meshOf(draft)));
  const patch = await flatPicture([200, 20, 20], mouth.width, mouth.height);
  const opaque = new Uint8Array(mouth.width * mouth.height * 2).fill(255);
  const at = blobs.add(zstdCompressSync(bytes));
  const idle = {
    name: "idle",
    frames: {
      encoding: "jpeg",
      pictures,
      matte: { at, runs: runs.length, alphas: alphas.length },
    },
    mesh: { columns: 2, rows: 2, step: draft.step, at: blobs.add(zstdCompressSync(mesh)) },
  };
  const layout: Layout = {
    width,
    height,
    backdrop,
    clips: [idle],
    mouth: {
      ...mouth,
      mask: blobs.add(zstdCompressSync(draft.mask)),
      visemes: {
        planes: blobs.add(zstdCompressSync(opaque)),
        shapes: [
          { name: "aa", amount: 0.5, opening: 0.5, image: blobs.add(patch) },
          { name: "aa", amount: 1, opening: 1, image: blobs.add(patch) },
        ],
      },
    },
    parts: {},
  };
  return blobs.file(tierMagic, layout);
}

/** Reads a tier that lies in memory. */
export function tierOf(file: Uint8Array): AvatarTier {
  return atOnce(readTier(Stretch.of(openBytes(file))));
}

function figureOver({ matte, backdrop }: TierDraft): Uint8Array {
  const rgb = new Uint8Array(matte.length * 3);
  for (let at = 0; at < rgb.length; at++) {
    const share = matte[Math.floor(at / 3)]! / 255;
    rgb[at] = Math.round(90 * share + backdrop[at % 3]! * (1 - share));
  }
  return rgb;
}

function meshOf({ origin, points }: TierDraft): Buffer {
  const bytes = Buffer.alloc(4 + points.length * 4);
  origin.forEach((value, axis) => void bytes.writeInt16LE(value, axis * 2));
  points.forEach((value, at) => void bytes.writeFloatLE(value, 4 + at * 4));
  return bytes;
}

function flatPicture(
  colour: readonly number[],
  width: number,
  height: number,
): Promise<Uint8Array> {
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3]!);
  return picture(rgb, width, height);
}

async function picture(rgb: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4", progressive: false })
    .toBuffer();
}
