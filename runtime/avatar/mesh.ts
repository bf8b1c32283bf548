import { demand } from "./error.ts";

/** Where the mouth patch lies in every frame: a grid of points, each naming its place in it. */
export interface Mesh {
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the frame between neighbouring points. */
  readonly step: number;
  /** Left and top of the grid in each frame, in pixels of the frame. */
  readonly origins: Int16Array;
  /** u, v in pixels of the patch: frame by frame, row by row. */
  readonly points: Float32Array;
}

type Grid = Pick<Mesh, "columns" | "rows" | "step">;

/** Bytes of the grid of one frame: its origin and its points. */
export function meshBytes({ columns, rows }: Pick<Grid, "columns" | "rows">): number {
  return 4 + columns * rows * 8;
}

/** Reads the grids of `frames` frames; throws AvatarError. */
export function readMesh(bytes: Uint8Array, grid: Grid, frames: number): Mesh {
  const each = meshBytes(grid);
  const numbers = grid.columns * grid.rows * 2;
  const due = frames * each;
  demand(bytes.length === due, () => `mesh has ${bytes.length} bytes, ${due} bytes are due`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const origins = new Int16Array(frames * 2);
  const points = new Float32Array(frames * numbers);
  for (let frame = 0; frame < frames; frame++) {
    origins[frame * 2] = view.getInt16(frame * each, true);
    origins[frame * 2 + 1] = view.getInt16(frame * each + 2, true);
    for (let at = 0; at < numbers; at++) {
      points[frame * numbers + at] = view.getFloat32(frame * each + 4 + at * 4, true);
    }
  }
  let wild = 0;
  // By index: `findIndex` would make an object of every number.
  while (wild < points.length && Math.abs(points[wild]!) <= placeMax) wild++;
  const isTame = wild === points.length;
  demand(isTame, () => `mesh names place ${points[wild]}, at most ${placeMax} pixels are due`);
  const { columns, rows, step } = grid;
  return { columns, rows, step, origins, points };
}

/** Far outside of every patch; within it, 16.16 fixed point holds a place and its slope. */
const placeMax = 16_384;
