import { demand } from "./error.ts";
import type { Stretch } from "./stretch.ts";

/**
 * Checks that a JPEG (ITU-T T.81, annex B) is width x height before a decoder sees it: walks the
 * marker segments up to the frame header. Baseline only: progressive ones decode several times
 * slower, too slow for a frame. `what` names the picture in the error.
 */
export function demandJpeg(what: string, file: Stretch, width: number, height: number): void {
  let bytes = file.read(headBytes);
  demand(bytes[0] === 0xff && bytes[1] === 0xd8, () => `${what} is no JPEG`);
  if (frameHeader(bytes) === undefined) bytes = file.read();
  const at = frameHeader(bytes);
  demand(at !== undefined && bytes[at + 1]! <= 0xc1, () => `${what} is no baseline JPEG`);
  const size = `${word(bytes, at + 7)}x${word(bytes, at + 5)}`;
  demand(size === `${width}x${height}`, () => `${what} is ${size}, ${width}x${height} is due`);
}

/** Tables of a baseline picture are some 600 bytes. */
const headBytes = 1024;

/** Where the frame header begins; undefined when it is not among these bytes. */
function frameHeader(bytes: Uint8Array): number | undefined {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff && !startsFrame(bytes[at + 1]!)) {
    at += 2 + word(bytes, at + 2);
  }
  return at + 9 < bytes.length && bytes[at] === 0xff ? at : undefined;
}

/** SOF0 to SOF15, without the tables DHT, JPG and DAC that share the range. */
function startsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}
