/** Pixels of RGB or RGBA pictures, `step` bytes each, in rows of `width`. */
export interface Pixels {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly step: 3 | 4;
}

/** A rectangle of pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Peak signal-to-noise ratio of the colours in a box, in dB; equal pictures have 99. */
export function psnr(one: Pixels, other: Pixels, box: Box): number {
  let sum = 0;
  for (let row = box.top; row < box.top + box.height; row++) {
    let a = (row * one.width + box.left) * one.step;
    let b = (row * other.width + box.left) * other.step;
    for (let column = 0; column < box.width; column++, a += one.step, b += other.step) {
      for (let channel = 0; channel < 3; channel++) {
        sum += (one.bytes[a + channel]! - other.bytes[b + channel]!) ** 2;
      }
    }
  }
  const mean = sum / (3 * box.width * box.height);
  return mean === 0 ? 99 : Math.min(99, 10 * Math.log10(255 ** 2 / mean));
}

/**
 * Structural similarity of the greys in a box (Wang et al. 2004, constants 0.01 and 0.03): mean
 * over windows of 8 x 8 pixels, 4 pixels apart.
 */
export function ssim(one: Pixels, other: Pixels, box: Box): number {
  const [a, b] = [greys(one, box), greys(other, box)];
  let sum = 0;
  let windows = 0;
  for (let top = 0; top + 8 <= box.height; top += 4) {
    for (let left = 0; left + 8 <= box.width; left += 4, windows++) {
      sum += likenessOf(a, b, top * box.width + left, box.width);
    }
  }
  return sum / windows;
}

function likenessOf(a: Float32Array, b: Float32Array, start: number, width: number): number {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let row = 0; row < 8; row++) {
    for (let at = start + row * width; at < start + row * width + 8; at++) {
      const [x, y] = [a[at]!, b[at]!];
      sumA += x;
      sumB += y;
      squareA += x * x;
      squareB += y * y;
      product += x * y;
    }
  }
  const [meanA, meanB] = [sumA / 64, sumB / 64];
  const spread = squareA / 64 - meanA ** 2 + squareB / 64 - meanB ** 2;
  const together = product / 64 - meanA * meanB;
  const light = (2 * meanA * meanB + 6.5025) / (meanA ** 2 + meanB ** 2 + 6.5025);
  return (light * (2 * together + 58.5225)) / (spread + 58.5225);
}

/** Mean square of the Laplacian of the greys in a box: how much fine detail there is. */
export function sharpness(picture: Pixels, box: Box): number {
  const grey = greys(picture, box);
  const { width, height } = box;
  let sum = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
      const around = grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]!;
      sum += (around - 4 * grey[at]!) ** 2;
    }
  }
  return sum / ((width - 2) * (height - 2));
}

/**
 * How far lips are apart in a box around their middle, in pixels: from the first pixel below the
 * upper lip that is neither skin nor lip, that is, dark, or as grey as teeth, to the last one, mean
 * of the columns. A tongue between them counts, a shadow below the lower lip does not.
 */
export function lipGap(picture: Pixels, box: Box, tonguePixels: number): number {
  let sum = 0;
  for (let column = box.left; column < box.left + box.width; column++) {
    let first = -1;
    let last = -1;
    for (let row = box.top; row < box.top + box.height; row++) {
      if (first >= 0 && row - last > tonguePixels) break;
      if (!isInside(picture, row * picture.width + column)) continue;
      if (first < 0) first = row;
      last = row;
    }
    if (first >= 0) sum += last - first + 1;
  }
  return sum / box.width;
}

function isInside({ bytes, step }: Pixels, pixel: number): boolean {
  const at = pixel * step;
  const red = bytes[at]!;
  return red < 95 || red - (bytes[at + 1]! + bytes[at + 2]!) / 2 < 22;
}

/** Pearson's correlation. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [product, squareA, squareB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const [x, y] = [value - meanA, b[at]! - meanB];
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return product / Math.sqrt(squareA * squareB);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function greys(picture: Pixels, box: Box): Float32Array {
  const grey = new Float32Array(box.width * box.height);
  const { bytes, width, step } = picture;
  let to = 0;
  for (let row = box.top; row < box.top + box.height; row++) {
    let at = (row * width + box.left) * step;
    for (let column = 0; column < box.width; column++, at += step) {
      grey[to++] = 0.299 * bytes[at]! + 0.587 * bytes[at + 1]! + 0.114 * bytes[at + 2]!;
    }
  }
  return grey;
}
