import {
  type Bending,
  type Marks,
  type Mosaic,
  mosaicTiles,
  type Raster,
  type Sampling,
  tilePixels,
  tilesAcross,
} from "./pixels.ts";

/** Throws unless there is a mark for each tile of the picture, and a word for each pixel. */
export function fit({ words, width, height }: Raster, marks: Marks): void {
  demand(words.length === width * height, "a picture has not as many words as pixels");
  const due = tilesAcross(width) * tilesAcross(height);
  demand(marks.length === due, "there are not as many marks as tiles");
}

/** Throws unless both have the same size. */
export function fitSame(one: Raster, other: Raster): void {
  demand(one.width === other.width && one.height === other.height, "sizes differ");
  demand(one.words.length === other.words.length, "sizes differ");
}

export function fitSampling(figure: Raster, canvas: Raster, how: Sampling): void {
  fit(canvas, how.marks);
  demand(figure.words.length === figure.width * figure.height, "the figure is cut short");
  demand(how.columns.length === canvas.width, "there are not as many places as columns");
  demand(how.rows.length === canvas.height, "there are not as many places as rows");
  demand(how.columnShares.length === canvas.width, "there are not as many shares as columns");
  demand(how.rowShares.length === canvas.height, "there are not as many shares as rows");
  demand(below(how.columns, figure.width), "a place is right of the figure");
  demand(below(how.rows, figure.height), "a place is below the figure");
}

export function fitBending(patch: Raster, how: Bending, frame: number): void {
  const { columns, rows, origins, points, mask, light, step } = how;
  const pixels = patch.width * patch.height;
  demand(patch.words.length === pixels && mask.length === pixels, "patch and mask differ");
  demand(frame >= 0 && frame * 2 + 1 < origins.length && step > 0, "the mesh has no such frame");
  const due = (frame + 1) * columns * rows;
  demand(points.length >= due * 2, "the mesh is cut short");
  demand(light === undefined || light.length >= due * 3, "the light is cut short");
}

export function fitMosaic(mosaic: Mosaic, figure: Raster): void {
  const { numbers, kinds, colours, opacities } = mosaic;
  demand(figure.words.length === figure.width * figure.height, "the figure is cut short");
  const tiles = tilesAcross(figure.width) * tilesAcross(figure.height);
  demand(kinds.length === numbers.length, "there are not as many kinds as tiles");
  demand(below(numbers, tiles), "a tile lies outside of the figure");
  let coloured = 0;
  let mixed = 0;
  for (let tile = 0; tile < kinds.length; tile++) {
    if (kinds[tile] !== 0) coloured++;
    if (kinds[tile] === 2) mixed++;
  }
  demand(colours.length >= mosaicPixels(coloured) * 4, "the mosaic is cut short");
  demand(opacities.length >= mosaicPixels(mixed), "the mosaic of opacities is cut short");
}

function mosaicPixels(tiles: number): number {
  return Math.ceil(tiles / mosaicTiles) * mosaicTiles * tilePixels * tilePixels;
}

function below(places: Int32Array | Uint16Array, end: number): boolean {
  for (let at = 0; at < places.length; at++) if (places[at]! >= end) return false;
  return true;
}

function demand(holds: boolean, fault: string): void {
  if (!holds) throw new RangeError(`Cannot work on pixels: ${fault}`);
}
