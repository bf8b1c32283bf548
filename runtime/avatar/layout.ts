import Type, { type Static } from "typebox";
import { limits } from "../../config/limits.ts";

/** A tier's file: FORMAT.md tells its bytes; numbers are bounded here, places by the reader. */
export const tierMagic = "FDTIER1\n";

/** The file of what all tiers share. */
export const sharedMagic = "FDSHARE1";

export const runKinds = { clear: 0, solid: 1, mixed: 2 } as const;
export const runKindShift = 14;
export const runLengthMax = 2 ** runKindShift - 1;

/** Of the encoding `tiles`: every so many frames one is kept whole. */
export const tileKeyFrames = 25;

/** An index of a tier. Fields that are not known here are for later releases. */
export type Layout = Static<typeof layoutSchema>;

/** The index of the shared file. */
export type SharedLayout = Static<typeof sharedSchema>;

const channel = Type.Integer({ minimum: 0, maximum: 255 });
const side = Type.Integer({ minimum: 2, maximum: limits.avatarSideMax });
const place = Type.Integer({ minimum: 0, maximum: limits.avatarBytesMax });
const unpacked = Type.Integer({ minimum: 0, maximum: limits.avatarPartBytesMax });
const word = Type.String({ pattern: "^[A-Za-z0-9-]{1,32}$" });
const share = Type.Number({ minimum: 0, maximum: 1 });
const frame = Type.Integer({ minimum: 0, maximum: limits.avatarFramesMax });
const level = Type.Number({ minimum: 0, maximum: 255 });

/** Where a blob lies: offset and length in bytes. */
export const span = Type.Tuple([place, place]);

/** Frames of encoding `jpeg`: one picture a frame over the backdrop, and the runs of all mattes. */
export const jpegFramesSchema = Type.Object({
  encoding: Type.Literal("jpeg"),
  pictures: Type.Array(span, { minItems: 1, maxItems: limits.avatarFramesMax }),
  matte: Type.Object({ at: span, runs: unpacked, alphas: unpacked }),
});

const mesh = Type.Object({
  at: span,
  columns: Type.Integer({ minimum: 2, maximum: 64 }),
  rows: Type.Integer({ minimum: 2, maximum: 64 }),
  step: Type.Integer({ minimum: 1, maximum: limits.avatarSideMax }),
});

const distances = Type.Array(level, { maxItems: limits.avatarFramesMax });

/** The idle loop comes first; what follows are actions. */
const clip = Type.Object({
  name: word,
  frames: Type.Object({ encoding: Type.String() }),
  mesh,
  enter: Type.Optional(distances),
  leave: Type.Optional(distances),
  hold: Type.Optional(Type.Tuple([frame, frame])),
});

const mouth = Type.Object({
  width: side,
  height: side,
  mask: span,
  visemes: Type.Optional(
    Type.Object({
      planes: span,
      shapes: Type.Array(
        Type.Object({
          name: word,
          amount: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
          opening: share,
          image: span,
        }),
        { maxItems: limits.avatarShapesMax },
      ),
    }),
  ),
});

/** A container (`parts.ts`) for each kind of lip-sync. */
const parts = Type.Record(word, span);

export const layoutSchema = Type.Object({
  width: side,
  height: side,
  backdrop: Type.Tuple([channel, channel, channel]),
  clips: Type.Array(clip, { minItems: 1, maxItems: limits.avatarClipsMax }),
  mouth,
  parts,
});

export const sharedSchema = Type.Object({
  poster: Type.Optional(span),
  parts,
});
