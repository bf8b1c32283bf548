import { crc32 } from "node:zlib";

/** One value as a line of a file: eight hex digits of CRC-32, a blank, JSON. */
export function encodeLine(value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

/**
 * The value of a line without its end, or undefined when the line is damaged. The checksum vouches
 * for it: what this program wrote, or an earlier version of it.
 */
export function decodeLine(line: string): unknown {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksum(json)} `) return undefined;
  return JSON.parse(json);
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}
