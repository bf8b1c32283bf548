import { pipeline, Readable, type Transform } from "node:stream";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import { limits } from "../../config/limits.ts";
import { ArchiveError, demandArchive } from "./archive-error.ts";

/** What may come before a ratio says something. */
const freeBytes = 1024 * 1024;

/**
 * The bytes of an archive: as they are, or out of gzip (RFC 1952) or zstd (RFC 8878), by the first
 * of them. Bounded in size and in how many times its size it unpacks to; throws ArchiveError.
 */
export async function* inflate(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const meter = { packed: 0, unpacked: 0 };
  const pieces = metered(source, meter);
  const first = await head(pieces);
  demandArchive(first.length > 0, "ARCHIVE_EMPTY", "it is empty");
  const stream = decompressor(first);
  const whole = rejoined(first, pieces);
  for await (const piece of stream ? through(whole, stream) : whole) {
    meter.unpacked += piece.length;
    demandBounds(meter);
    yield piece;
  }
}

interface Meter {
  packed: number;
  unpacked: number;
}

async function* metered(
  source: AsyncIterable<Uint8Array>,
  meter: Meter,
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    meter.packed += piece.length;
    yield piece;
  }
}

/** The first bytes, enough to tell what it is. */
async function head(pieces: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let first = new Uint8Array();
  while (first.length < 4) {
    const { value, done } = await pieces.next();
    if (done) break;
    first = new Uint8Array(Buffer.concat([first, value]));
  }
  return first;
}

/** Lets go of the source also where nobody got beyond the first. */
async function* rejoined(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function decompressor(first: Uint8Array): Transform | undefined {
  const is = (...magic: number[]) => magic.every((byte, at) => first[at] === byte);
  if (is(0x1f, 0x8b)) return createGunzip();
  if (!is(0x28, 0xb5, 0x2f, 0xfd)) return undefined;
  const params = { [constants.ZSTD_d_windowLogMax]: limits.archiveWindowLog2Max };
  return createZstdDecompress({ params });
}

/** Trouble of the source comes out as it went in, any other is the compression's. */
async function* through(
  whole: AsyncIterable<Uint8Array>,
  stream: Transform,
): AsyncGenerator<Uint8Array> {
  let outside: unknown;
  const told = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* whole;
    } catch (error) {
      outside = error;
      throw error;
    }
  };
  // The iteration below tells every error; the callback only keeps it from being told twice.
  pipeline(Readable.from(told(), { objectMode: false }), stream, () => {});
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (outside !== undefined) throw outside;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ArchiveError("ARCHIVE_COMPRESSION", `it does not unpack (${reason})`, { cause });
  }
}

function demandBounds({ packed, unpacked }: Meter): void {
  const { archiveBytesMax, archiveRatioMax } = limits;
  const size = `it unpacks to over ${archiveBytesMax} bytes`;
  demandArchive(unpacked <= archiveBytesMax, "ARCHIVE_SIZE", size);
  const ratio = `${packed} bytes unpack to ${unpacked}, ${archiveRatioMax} times is the most`;
  demandArchive(unpacked <= packed * archiveRatioMax + freeBytes, "ARCHIVE_RATIO", ratio);
}
