import { bend } from "./bent.ts";
import { fit, fitBending, fitMosaic, fitSame, fitSampling } from "./fit.ts";
import { laid, laneMask, mixWords } from "./mixing.ts";
import {
  type Filmed,
  type Laying,
  type Marks,
  type Mixing,
  type Mosaic,
  mosaicTiles,
  opacityNoise,
  type Pixels,
  type Raster,
  type Sampling,
  tilePixels,
  tilesAcross,
} from "./pixels.ts";

/** The reference: what the loops over pixels mean. */
export function plainPixels(): Pixels {
  return {
    name: "plain",
    copy,
    lay,
    sample,
    halve,
    bend: (target, patch, how, frame) => {
      fitBending(patch, how, frame);
      bend(target, patch, how, frame);
    },
    scatter,
    mix,
  };
}

function copy(from: Raster, to: Raster, marks: Marks, flipped: boolean): void {
  fitSame(from, to);
  fit(to, marks);
  eachMarked(to, marks, (at, x, y) => {
    const row = flipped ? to.height - 1 - y : y;
    to.words[row * to.width + x] = from.words[at]!;
  });
}

function lay(figure: Filmed, behind: Raster, canvas: Raster, at: Laying): void {
  fitSame(behind, canvas);
  fit(canvas, at.marks);
  eachMarked(canvas, at.marks, (pixel, x, y) => {
    const column = x - at.left;
    const row = y - at.top;
    const inside = column >= 0 && row >= 0 && column < figure.width && row < figure.height;
    const word = inside ? figure.words[row * figure.width + column]! : 0;
    canvas.words[pixel] = laid(word, behind.words[pixel]!, figure.backdrop);
  });
}

function sample(figure: Filmed, behind: Raster, canvas: Raster, at: Sampling): void {
  fitSame(behind, canvas);
  fitSampling(figure, canvas, at);
  eachMarked(canvas, at.marks, (pixel, x, y) => {
    const column = at.columns[x]!;
    const row = at.rows[y]!;
    const share = [at.columnShares[x]!, at.rowShares[y]!] as const;
    const word = column < 0 || row < 0 ? 0 : sampled(figure, column, row, share);
    canvas.words[pixel] = laid(word, behind.words[pixel]!, figure.backdrop);
  });
}

function sampled(
  { words, width, height }: Raster,
  column: number,
  row: number,
  [across, down]: readonly [number, number],
): number {
  const near = row * width + column;
  const next = column + 1 < width ? 1 : 0;
  const below = row + 1 < height ? near + width : near;
  const [a, b] = [words[near]!, words[near + next]!];
  const [c, d] = [words[below]!, words[below + next]!];
  if ((a | b | c | d) >>> 24 === 0) return 0;
  return mixWords(mixWords(a, b, across), mixWords(c, d, across), down);
}

function halve(from: Raster, to: Raster): void {
  fitSame({ ...to, width: from.width >> 1, height: from.height >> 1 }, to);
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const near = y * 2 * from.width + x * 2;
      const a = from.words[near]!;
      const b = from.words[near + 1]!;
      const c = from.words[near + from.width]!;
      const d = from.words[near + from.width + 1]!;
      const even = (a & laneMask) + (b & laneMask) + (c & laneMask) + (d & laneMask) + quarterHalf;
      const odd = lane(a) + lane(b) + lane(c) + lane(d) + quarterHalf;
      to.words[y * to.width + x] = ((even >>> 2) & laneMask) | (((odd >>> 2) & laneMask) << 8);
    }
  }
}

function lane(word: number): number {
  return (word >>> 8) & laneMask;
}

function scatter(mosaic: Mosaic, figure: Filmed): void {
  fitMosaic(mosaic, figure);
  const { numbers, kinds, colours, opacities } = mosaic;
  const across = tilesAcross(figure.width);
  const [red, green, blue] = figure.backdrop;
  const clear = red | (green << 8) | (blue << 16);
  let coloured = 0;
  let mixed = 0;
  for (const [index, number] of numbers.entries()) {
    const kind = kinds[index]!;
    const left = (number % across) * tilePixels;
    const top = Math.floor(number / across) * tilePixels;
    for (let y = 0; y < Math.min(tilePixels, figure.height - top); y++) {
      for (let x = 0; x < Math.min(tilePixels, figure.width - left); x++) {
        const from = placeIn(coloured, x, y) * 4;
        const colour = colours[from]! | (colours[from + 1]! << 8) | (colours[from + 2]! << 16);
        const alpha = kind === 1 ? 255 : opacityOf(opacities[placeIn(mixed, x, y)]!);
        figure.words[(top + y) * figure.width + left + x] =
          kind === 0 ? clear : colour | (alpha << 24);
      }
    }
    if (kind !== 0) coloured++;
    if (kind === 2) mixed++;
  }
}

function opacityOf(level: number): number {
  if (level < opacityNoise) return 0;
  return level > 255 - opacityNoise ? 255 : level;
}

/** Where pixel x, y of a mosaic's tile lies in it. */
function placeIn(tile: number, x: number, y: number): number {
  const row = Math.floor(tile / mosaicTiles) * tilePixels + y;
  return (row * mosaicTiles + (tile % mosaicTiles)) * tilePixels + x;
}

function mix(from: Raster, to: Raster, target: Raster, { share, marks }: Mixing): void {
  fitSame(from, target);
  fitSame(to, target);
  fit(target, marks);
  eachMarked(target, marks, (at) => {
    target.words[at] = mixWords(from.words[at]!, to.words[at]!, share);
  });
}

function eachMarked(
  { width, height }: Raster,
  marks: Marks,
  paint: (at: number, x: number, y: number) => void,
): void {
  const across = tilesAcross(width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / tilePixels) * across;
    for (let x = 0; x < width; x++) {
      if (marks[row + Math.floor(x / tilePixels)] !== 0) paint(y * width + x, x, y);
    }
  }
}

/** Two in both lanes: sums of four are rounded, not cut. */
const quarterHalf = 0x00020002;
