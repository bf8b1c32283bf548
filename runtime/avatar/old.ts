import Type from "typebox";
import { readClip } from "./clip.ts";
import { readHead } from "./head.ts";
import { demandJpeg } from "./picture.ts";
import type { Stretch } from "./stretch.ts";
import type { AvatarTier } from "./tier.ts";
import { unpack } from "./unpack.ts";

/** Version 0, as the demo greeter was packed until version 1. */
const oldMagic = "FDTIER0\n";

const old = Type.Object({
  width: Type.Integer(),
  height: Type.Integer(),
  backdrop: Type.Tuple([Type.Integer(), Type.Integer(), Type.Integer()]),
  frames: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
  matte: Type.Object({
    at: Type.Tuple([Type.Integer(), Type.Integer()]),
    runs: Type.Integer(),
    alphas: Type.Integer(),
  }),
  mesh: Type.Object({
    at: Type.Tuple([Type.Integer(), Type.Integer()]),
    columns: Type.Integer(),
    rows: Type.Integer(),
    step: Type.Integer(),
  }),
  mouth: Type.Object({
    width: Type.Integer(),
    height: Type.Integer(),
    planes: Type.Tuple([Type.Integer(), Type.Integer()]),
    shapes: Type.Array(
      Type.Object({
        name: Type.String(),
        amount: Type.Number(),
        opening: Type.Number(),
        image: Type.Tuple([Type.Integer(), Type.Integer()]),
      }),
    ),
  }),
});

export function isOldTier(file: Stretch): boolean {
  return Buffer.from(file.read(oldMagic.length)).toString("latin1") === oldMagic;
}

export function readOldTier(file: Stretch): AvatarTier {
  const { index, blobs } = readHead("tier", file, oldMagic, old);
  const { width, height, backdrop, frames, matte, mesh, mouth } = index;
  const pictures = { encoding: "jpeg", pictures: frames, matte };
  const idle = readClip({ name: "idle", frames: pictures, mesh }, blobs, { width, height });
  const area = mouth.width * mouth.height;
  const packed = blobs.cut("mouth planes", mouth.planes);
  const planes = unpack("mouth planes", packed, area * (mouth.shapes.length + 1));
  const shapes = mouth.shapes.map(({ image, ...shape }, at) => {
    const opacity = planes.subarray((at + 1) * area, (at + 2) * area);
    const picture = blobs.cut(`mouth ${shape.name}`, image);
    demandJpeg(`mouth ${shape.name}`, picture.read(), mouth.width, mouth.height);
    return { ...shape, image: picture, opacity };
  });
  const set = { width: mouth.width, height: mouth.height, mask: planes.subarray(0, area), shapes };
  return { width, height, backdrop, idle, actions: new Map(), mouth: set, parts: new Map() };
}
