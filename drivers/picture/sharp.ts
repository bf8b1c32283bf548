import jpeg from "@julusian/jpeg-turbo";
import type { FittedPicture, Pictures } from "./picture.ts";

/** Frames by libjpeg-turbo; files by libvips, which is loaded when the first one comes. */
export function sharpPictures(): Pictures {
  return { decodeFrame, decodeOpacity, cover, fit, jpeg: writeJpeg, png };
}

function decodeFrame(frame: Uint8Array, width: number, height: number, rgba: Uint8Array): void {
  decode(frame, { width, height, bytesEach: 4 }, rgba, jpeg.FORMAT_RGBA);
}

function decodeOpacity(file: Uint8Array, width: number, height: number, levels: Uint8Array): void {
  decode(file, { width, height, bytesEach: 1 }, levels, jpeg.FORMAT_GRAY);
}

function decode(
  file: Uint8Array,
  { width, height, bytesEach }: { width: number; height: number; bytesEach: number },
  into: Uint8Array,
  format: number,
): void {
  const due = width * height * bytesEach;
  if (into.length !== due) {
    throw new RangeError(
      `Cannot decode frame: buffer has ${into.length} bytes, ${width}x${height} takes ${due}`,
    );
  }
  const size = jpegSize(file);
  if (size?.width !== width || size.height !== height) {
    const came = size === undefined ? "no JPEG" : `${size.width}x${size.height}`;
    throw new RangeError(`Cannot decode frame: ${came} came, ${width}x${height} was due`);
  }
  try {
    jpeg.decompressSync(bufferOver(file), bufferOver(into), { format });
  } catch (error) {
    throw new RangeError(`Cannot decode frame: ${error instanceof Error ? error.message : error}`);
  }
}

async function cover(file: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const sharp = await libvips();
  const pixels = await sharp(file, { limitInputPixels: pixelsMax })
    .rotate()
    .resize(width, height, { fit: "cover" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer();
  return bytesOver(pixels);
}

async function fit(file: Uint8Array, width: number, height: number): Promise<FittedPicture> {
  const sharp = await libvips();
  const { data, info } = await sharp(file, { limitInputPixels: pixelsMax })
    .rotate()
    .resize(width, height, { fit: "inside" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: bytesOver(data), width: info.width, height: info.height };
}

async function writeJpeg(
  rgba: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  quality: number,
  share: number,
): Promise<Uint8Array> {
  if (share === 1) return writeWhole(rgba, width, height, quality);
  const sharp = await libvips();
  const file = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(Math.max(1, Math.round(width * share)))
    .jpeg({ quality })
    .toBuffer();
  return bytesOver(file);
}

/** Without libvips: screenshots of their own size are what a kiosk makes most. */
function writeWhole(rgba: Uint8Array, width: number, height: number, quality: number): Uint8Array {
  const { FORMAT_RGBA: format, SAMP_420: subsampling } = jpeg;
  const options = { format, width, height, quality, subsampling };
  return bytesOver(jpeg.compressSync(bufferOver(rgba), options));
}

async function png(rgba: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const sharp = await libvips();
  const file = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  return bytesOver(file);
}

async function libvips() {
  return (await import("sharp")).default;
}

/** A background of 100 megapixels is a mistake, or an attack with a small file. */
const pixelsMax = 100_000_000;

/**
 * ITU-T T.81, B.2: walks the marker segments up to the frame header. libjpeg-turbo would decode a
 * picture of another size just as well, past the rows that are due.
 */
function jpegSize(file: Uint8Array): { width: number; height: number } | undefined {
  if (file[0] !== 0xff || file[1] !== startOfImage) return undefined;
  let at = 2;
  while (at + 9 < file.length && file[at] === 0xff && !isFrameHeader(file[at + 1]!)) {
    at += 2 + word(file, at + 2);
  }
  if (at + 9 >= file.length || file[at] !== 0xff) return undefined;
  return { height: word(file, at + 5), width: word(file, at + 7) };
}

const startOfImage = 0xd8;

/** SOF0 to SOF15, without the tables DHT, JPG and DAC that share the range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOver(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
