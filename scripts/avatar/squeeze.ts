import { constants, zstdCompressSync } from "node:zlib";

/** One zstd frame, as small as its best level makes it. */
export function squeeze(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
}
