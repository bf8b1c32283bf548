import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Fetch, FetchError, type Fetched, type FetchWish } from "./fetch.ts";

/** Plain files by `file://`, as on a USB stick. */
export function fileFetch(): Fetch {
  return { get };
}

const pieceBytes = 64 * 1024;

async function get(url: string, wish: FetchWish, abort: AbortSignal): Promise<Fetched> {
  abort.throwIfAborted();
  const path = pathOf(url);
  const { bytes, tag } = await stated(url, path);
  if (bytes > wish.bytesMax) {
    const fault = `it has ${bytes} bytes, ${wish.bytesMax} are the most`;
    throw new FetchError("FETCH_TOO_LARGE", url, fault);
  }
  const isSame = wish.tag === undefined || wish.tag === tag;
  const from = isSame && (wish.from ?? 0) <= bytes ? (wish.from ?? 0) : 0;
  return { from, bytes, tag, chunks: piecesOf(url, path, { from, bytes, abort }) };
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new FetchError("FETCH_URL", url, "a file: URL is due", { cause });
  }
}

async function stated(url: string, path: string): Promise<{ bytes: number; tag: string }> {
  try {
    await using file = await open(path, "r");
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is no plain file");
    return { bytes: stats.size, tag: `"${stats.ino}-${stats.size}-${stats.mtimeMs}"` };
  } catch (cause) {
    throw troubleOf(url, cause);
  }
}

interface Stretch {
  readonly from: number;
  readonly bytes: number;
  readonly abort: AbortSignal;
}

/** A stick that is pulled meanwhile is a connection that is cut. */
async function* piecesOf(
  url: string,
  path: string,
  { from, bytes, abort }: Stretch,
): AsyncGenerator<Uint8Array> {
  await using file = await open(path, "r").catch((cause) => {
    throw troubleOf(url, cause);
  });
  for (let at = from; at < bytes; ) {
    abort.throwIfAborted();
    const piece = new Uint8Array(Math.min(pieceBytes, bytes - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at).catch((cause) => {
      throw new FetchError("FETCH_CUT", url, reasonOf(cause), { cause });
    });
    if (bytesRead === 0) throw new FetchError("FETCH_CUT", url, `it ended at byte ${at}`);
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

function troubleOf(url: string, cause: unknown): FetchError {
  const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
  const status = isMissing ? 404 : undefined;
  return new FetchError("FETCH_REFUSED", url, reasonOf(cause), { status, cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
