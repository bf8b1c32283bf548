import assert from "node:assert/strict";

const blockBytes = 512;

/** One plain file of a tar archive (POSIX.1-2017 ustar), readable for its owner, without a date. */
export function tarFile(name: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]);
}

/** What stands before a file of so many bytes. */
export function tarHeader(name: string, bytes: number): Uint8Array {
  assert(/^[\w.-]{1,100}$/.test(name), "names in a bundle are plain");
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0);
  header.write("0000600\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** What stands behind it. */
export function tarPadding(bytes: number): Uint8Array {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}
