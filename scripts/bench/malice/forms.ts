import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { type TarPart, tarEnd, tarOf } from "../tar.ts";
import { type Malice, malice } from "./malice.ts";

/** Archives that end too early, too late, or are none. */
export function badEnds(parts: readonly TarPart[]): Malice[] {
  const whole = tarOf([...parts, tarEnd]);
  const bare = tarOf(parts);
  const cuts = Array.from({ length: 24 }, (_, at) => Math.floor(((at + 0.37) / 24) * bare.length));
  const trailing = [Buffer.from("x"), bare, gzipSync(bare), Buffer.alloc(2_000_000)];
  return [
    ...cuts.map((at) => malice(`cut at ${at}`, "TRUNCATED", whole.subarray(0, at))),
    malice("without an end", "TRUNCATED", bare),
    ...trailing.map((more) => {
      const bytes = Buffer.concat([whole, more]);
      return malice(`${more.length} bytes behind its end`, "TRAILING", bytes);
    }),
  ];
}

/** A wrong byte shows where it is met: in the compression, or in what came out of it. */
const damaged = "COMPRESSION NOT_TAR CHECKSUM MANIFEST UNTRUSTED UNLISTED WRONG_HASH WRONG_SIZE";

export function badCompression(parts: readonly TarPart[]): Malice[] {
  const whole = tarOf([...parts, tarEnd]);
  const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  const ways = { gzip: gzipSync(whole), zstd: zstdCompressSync(whole, checked) };
  const broken = Object.entries(ways).flatMap(([way, packed]) => [
    ...[0.02, 0.2, 0.5, 0.8].map((share) => {
      return malice(`${way}, a wrong byte at ${share}`, damaged, flipped(packed, share));
    }),
    ...[0.1, 0.6, 0.99].map((share) => {
      const bytes = packed.subarray(0, Math.floor(share * packed.length));
      return malice(`${way}, cut at ${share}`, "COMPRESSION", bytes);
    }),
  ]);
  const window = { params: { [constants.ZSTD_c_windowLog]: 27 } };
  const far = zstdCompressSync(Buffer.alloc(2 ** 25), window);
  return [...broken, malice("zstd, a window of 32 MB", "COMPRESSION", far)];
}

function flipped(packed: Uint8Array, share: number): Uint8Array {
  return packed.map((byte, at) => (at === Math.floor(share * packed.length) ? byte ^ 0xff : byte));
}

/** Files of other kinds. */
export function strangers(parts: readonly TarPart[]): Malice[] {
  const page = Buffer.from("<!doctype html><title>Log in to the network</title>".padEnd(2_000));
  const magics = [
    "PK\x03\x04",
    "7z\xbc\xaf\x27\x1c",
    "Rar!\x1a\x07",
    "\x7fELF",
    "BZh9",
    "\xfd7zXZ\0",
  ];
  const others = magics.map((magic) => {
    const bytes = Buffer.concat([Buffer.from(magic, "latin1"), Buffer.alloc(3_000, 0x5a)]);
    return malice(`begins with ${JSON.stringify(magic)}`, "NOT_TAR", bytes);
  });
  return [
    ...others,
    malice("a page", "NOT_TAR", page),
    malice("gzip of a page", "NOT_TAR", gzipSync(page)),
    malice("gzip in gzip", "NOT_TAR", gzipSync(gzipSync(tarOf(parts)))),
    malice("nothing", "EMPTY", new Uint8Array()),
    malice("zeros", "EMPTY", new Uint8Array(10_240)),
    malice("gzip of nothing", "EMPTY", gzipSync(new Uint8Array())),
  ];
}
