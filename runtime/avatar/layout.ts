import Type, { type Static } from "typebox";
import { limits } from "../../config/limits.ts";

/**
 * A tier file, version 0: the magic, the length of the index (uint32, little endian), the index
 * (UTF-8 JSON), then blobs. Offsets count from the first byte after the index. All numbers in blobs
 * are little endian. Blobs marked (z) are one zstd frame (RFC 8878).
 *
 * - `frames`: one JPEG a frame of the idle loop, width x height, painted over the flat `backdrop`.
 * - `matte` (z): runs, then alpha bytes. A run is a uint16: kind (0 clear, 1 solid, 2 mixed) in the
 *   upper two bits, pixels in the lower 14. Runs of a row add up to the width; rows follow each
 *   other from the top, frames likewise. Every pixel of a mixed run has one alpha byte, in order.
 * - `mesh` (z): for each frame, where the mouth patch lies: left and top of a grid of points in the
 *   frame (int16 each), then for each of columns x rows points, `step` pixels apart, its place u, v
 *   in the patch (float32 each). Pixel centres have whole coordinates. In between: bilinear.
 * - `mouth`: patches of width x height, each a JPEG over the backdrop. `planes` (z) holds bytes of
 *   width x height: first how much a patch counts against the frame, 0 at the border; then for each
 *   patch its matte. A patch shows shape `name` at `amount` (0 closed, 1 full) with the jaw at
 *   `opening` (1: the widest of the set); the closed mouth has no patch.
 */
export const magic = "FDTIER0\n";

/** Bytes before the index. */
export const headBytes = magic.length + 4;

export const runKinds = { clear: 0, solid: 1, mixed: 2 } as const;
export const runKindShift = 14;
export const runLengthMax = 2 ** runKindShift - 1;

/** An index: numbers are bounded here, places are checked against the file by the reader. */
export type Layout = Static<typeof layoutSchema>;

/** Where a blob lies: offset and length in bytes. */
export type Span = Static<typeof span>;

const channel = Type.Integer({ minimum: 0, maximum: 255 });
const side = Type.Integer({ minimum: 2, maximum: limits.avatarSideMax });
const place = Type.Integer({ minimum: 0, maximum: limits.avatarBytesMax });
const unpacked = Type.Integer({ minimum: 0, maximum: limits.avatarPartBytesMax });
const span = Type.Tuple([place, place]);

export const layoutSchema = strict({
  width: side,
  height: side,
  backdrop: Type.Tuple([channel, channel, channel]),
  frames: Type.Array(span, { minItems: 1, maxItems: limits.avatarFramesMax }),
  matte: strict({ at: span, runs: unpacked, alphas: unpacked }),
  mesh: strict({
    at: span,
    columns: Type.Integer({ minimum: 2, maximum: 64 }),
    rows: Type.Integer({ minimum: 2, maximum: 64 }),
    step: Type.Integer({ minimum: 1, maximum: limits.avatarSideMax }),
  }),
  mouth: strict({
    width: side,
    height: side,
    planes: span,
    shapes: Type.Array(
      strict({
        name: Type.String({ pattern: "^[A-Za-z0-9-]{1,32}$" }),
        amount: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
        opening: Type.Number({ minimum: 0, maximum: 1 }),
        image: span,
      }),
      { maxItems: limits.avatarShapesMax },
    ),
  }),
});

function strict<P extends Type.TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}
