import { limits } from "../../config/limits.ts";
import { ArchiveError, demandArchive } from "./archive-error.ts";
import { Feed } from "./feed.ts";
import { inflate } from "./inflate.ts";
import { blockBytes, readTarHeader, type TarEntry } from "./tar-header.ts";

/** A file of an archive; its bytes come as they are taken, and are taken before the next. */
export interface Unpacked extends TarEntry {
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Zeros after the end: tar fills its last record, of 10 KiB or what it was told. */
const paddingBytesMax = 1024 * 1024;

/**
 * The files of a package in one file (`.fda`: ustar, or that in gzip or zstd), streamed. Names are
 * checked before anything of a file is given; everything that is no plain package is an
 * ArchiveError by its own code. Writes nothing.
 */
export async function* unpack(source: AsyncIterable<Uint8Array>): AsyncGenerator<Unpacked> {
  const feed = new Feed(inflate(source));
  try {
    yield* entriesOf(feed);
    await demandEnd(feed);
  } finally {
    await feed.close();
  }
}

async function* entriesOf(feed: Feed): AsyncGenerator<Unpacked> {
  const names = new Names();
  const block = Buffer.alloc(blockBytes);
  for (let total = 0; ; ) {
    const at = feed.at;
    const isThere = await feed.fill(block);
    const code = at === 0 ? "ARCHIVE_EMPTY" : "ARCHIVE_TRUNCATED";
    demandArchive(isThere, code, `it ends at byte ${at}, not at its end`);
    const entry = readTarHeader(block, at);
    if (entry === undefined) return;
    names.add(entry.name);
    total += entry.bytes;
    const most = limits.archiveBytesMax;
    demandArchive(total <= most, "ARCHIVE_SIZE", `its files have over ${most} bytes`);
    const end = feed.at + entry.bytes;
    yield { ...entry, pieces: feed.take(entry.bytes) };
    await feed.skip(end - feed.at + (-entry.bytes & (blockBytes - 1)));
  }
}

/** Nothing but zeros follows. */
async function demandEnd(feed: Feed): Promise<void> {
  const end = feed.at;
  for await (const piece of feed.rest()) {
    const isZero = piece.every((byte) => byte === 0) && feed.at - end <= paddingBytesMax;
    demandArchive(isZero, "ARCHIVE_TRAILING", `bytes follow its end at byte ${end}`);
  }
}

/** Names that are all different, on every file system. */
class Names {
  readonly #known = new Map<string, string>();

  add(name: string): void {
    const before = this.#known.get(name.toLowerCase());
    if (before === name) throw new ArchiveError("ARCHIVE_DUPLICATE", `it holds ${name} twice`);
    if (before !== undefined) {
      throw new ArchiveError("ARCHIVE_CASE", `it holds ${before} and ${name}`);
    }
    this.#known.set(name.toLowerCase(), name);
    const most = limits.avatarFilesMax;
    const isFew = this.#known.size <= most;
    demandArchive(isFew, "ARCHIVE_ENTRIES", `it holds over ${most} files`);
  }
}
