import { demand } from "./error.ts";

/**
 * Checks that a JPEG (ITU-T T.81, annex B) is width x height before a decoder sees it: walks the
 * marker segments up to the frame header. Baseline only: progressive ones decode several times
 * slower, too slow for a frame. `what` names the picture in the error.
 */
export function demandJpeg(what: string, file: Uint8Array, width: number, height: number): void {
  demand(file[0] === 0xff && file[1] === 0xd8, () => `${what} is no JPEG`);
  let at = 2;
  while (at + 9 < file.length && file[at] === 0xff && !startsFrame(file[at + 1]!)) {
    at += 2 + word(file, at + 2);
  }
  const found = at + 9 < file.length && file[at] === 0xff;
  demand(found && file[at + 1]! <= 0xc1, () => `${what} is no baseline JPEG`);
  const size = `${word(file, at + 7)}x${word(file, at + 5)}`;
  demand(size === `${width}x${height}`, () => `${what} is ${size}, ${width}x${height} is due`);
}

/** SOF0 to SOF15, without the tables DHT, JPG and DAC that share the range. */
function startsFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}
