import { meshBytes } from "../../runtime/avatar/mesh.ts";
import type { Header } from "../../scripts/avatar/header.ts";
import { packTier } from "../../scripts/avatar/pack.ts";
import { ByteStream } from "../../scripts/avatar/stream.ts";
import { TileKeeper } from "../../scripts/avatar/tile-frames.ts";

const [width, height] = [36, 40];
const backdrop = [226, 229, 234] as const;
const mesh = { columns: 2, rows: 2, step: 6 };

/** What `tier.py` would announce: an idle loop of two frames, and an action of three. */
const header: Header = {
  width,
  height,
  backdrop: [...backdrop],
  clips: [
    { name: "idle", frames: 2, mesh },
    { name: "nod", frames: 3, mesh, enter: [0, 1.5], leave: [0.5, 2], hold: [1, 2] },
  ],
  mouth: { width: 6, height: 6, shapes: [] },
};

/** A small tier by the packer that builds real ones: a grey square that goes right, in tiles. */
export async function packedTier(): Promise<Uint8Array> {
  const settings = { width, height, quality: 90, deadBand: 4 };
  const keeper = (_: Header, { name }: { readonly name: string }) =>
    new TileKeeper({ ...settings, loops: name === "idle" });
  const file = await packTier(new ByteStream(stream()), { keeper, mouthQuality: 90 });
  return Uint8Array.from(file);
}

async function* stream(): AsyncIterable<Uint8Array> {
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  yield new Uint8Array(36).fill(255);
  for (const clip of header.clips) {
    for (let frame = 0; frame < clip.frames; frame++) {
      yield new Uint8Array(meshBytes(mesh));
      const alpha = square(8 + frame * 2);
      yield alpha;
      yield Uint8Array.from({ length: width * height * 3 }, (_, at) =>
        alpha[Math.floor(at / 3)] === 255 ? 90 : backdrop[at % 3]!,
      );
    }
  }
}

function square(left: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return x >= left && x < left + 16 && y >= 10 && y < 30 ? 255 : 0;
  });
}
