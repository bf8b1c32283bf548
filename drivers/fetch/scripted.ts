import { crc32 } from "node:zlib";
import { type Fetch, FetchError, type Fetched, type FetchWish } from "./fetch.ts";

/** What a server does wrong, once. */
export type Mishap =
  /** The connection ends after so many bytes. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Nothing comes after so many bytes, until somebody loses patience. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  | { readonly kind: "status"; readonly status: number; readonly retryAfterMs?: number }
  | { readonly kind: "unreachable" }
  /** Gives zeros without an end, and tells no size. */
  | { readonly kind: "endless" }
  /** Gives the whole file whatever is asked. */
  | { readonly kind: "whole" }
  /** The file is another one from now on. */
  | { readonly kind: "changed"; readonly bytes: Uint8Array };

/**
 * A server in memory, whose mishaps come in the order of its script, one for each question; what is
 * left of the script over, it serves well.
 */
export class ScriptedFetch implements Fetch {
  readonly #files: Map<string, Uint8Array>;
  readonly #script: Mishap[];
  readonly #blockBytes: number;
  #asked = 0;
  #given = 0;

  constructor(
    files: Readonly<Record<string, Uint8Array>>,
    script: readonly Mishap[] = [],
    blockBytes = 4_096,
  ) {
    this.#files = new Map(Object.entries(files));
    this.#script = [...script];
    this.#blockBytes = blockBytes;
  }

  /** Questions, and bytes given in all answers. */
  get told(): { readonly asked: number; readonly given: number } {
    return { asked: this.#asked, given: this.#given };
  }

  /** Serves another file from now on. */
  put(url: string, bytes: Uint8Array): void {
    this.#files.set(url, bytes);
  }

  async get(url: string, wish: FetchWish, abort: AbortSignal): Promise<Fetched> {
    abort.throwIfAborted();
    this.#asked += 1;
    const mishap = this.#script.shift();
    if (mishap?.kind === "changed") this.#files.set(url, mishap.bytes);
    if (mishap?.kind === "unreachable") {
      throw new FetchError("FETCH_UNREACHABLE", url, "nobody is there");
    }
    if (mishap?.kind === "status") throw refusal(url, mishap.status, mishap.retryAfterMs);
    const file = this.#files.get(url);
    if (file === undefined) throw refusal(url, 404);
    if (mishap?.kind === "endless") return this.#endless(url, wish.bytesMax, abort);
    return this.#serve(url, file, { wish, mishap, abort });
  }

  #serve(
    url: string,
    file: Uint8Array,
    { wish, mishap, abort }: { wish: FetchWish; mishap: Mishap | undefined; abort: AbortSignal },
  ): Fetched {
    demandSize(url, file.length, wish.bytesMax);
    const tag = tagOf(file);
    const first = wish.from ?? 0;
    const isSame = wish.tag === undefined || wish.tag === tag;
    const from = isSame && first <= file.length && mishap?.kind !== "whole" ? first : 0;
    const chunks = this.#pieces(url, file.subarray(from), mishap, abort);
    return { from, bytes: file.length, tag, chunks };
  }

  async *#pieces(
    url: string,
    rest: Uint8Array,
    mishap: Mishap | undefined,
    abort: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const ends = mishap?.kind === "cut" || mishap?.kind === "stall";
    const bytes = ends ? Math.min(mishap.afterBytes, rest.length) : rest.length;
    for (let at = 0; at < bytes; at += this.#blockBytes) {
      abort.throwIfAborted();
      const piece = rest.slice(at, Math.min(bytes, at + this.#blockBytes));
      this.#given += piece.length;
      yield piece;
    }
    if (mishap?.kind === "cut") throw new FetchError("FETCH_CUT", url, `it ended at byte ${bytes}`);
    if (mishap?.kind === "stall") throw new FetchError("FETCH_STALLED", url, "nothing came");
  }

  #endless(url: string, bytesMax: number, abort: AbortSignal): Fetched {
    const block = new Uint8Array(this.#blockBytes);
    const give = (bytes: number): void => {
      this.#given += bytes;
    };
    async function* zeros(): AsyncGenerator<Uint8Array> {
      for (let at = block.length; ; at += block.length) {
        abort.throwIfAborted();
        demandSize(url, at, bytesMax);
        give(block.length);
        yield block;
      }
    }
    return { from: 0, bytes: undefined, tag: undefined, chunks: zeros() };
  }
}

function demandSize(url: string, bytes: number, bytesMax: number): void {
  if (bytes <= bytesMax) return;
  const fault = `it has ${bytes} bytes or more, ${bytesMax} are the most`;
  throw new FetchError("FETCH_TOO_LARGE", url, fault);
}

function refusal(url: string, status: number, retryAfterMs?: number): FetchError {
  const later = status >= 500 || status === 429;
  const code = later ? "FETCH_UNAVAILABLE" : "FETCH_REFUSED";
  return new FetchError(code, url, `answer is ${status}`, { status, retryAfterMs });
}

/** The same for the same bytes, and another for others. */
function tagOf(bytes: Uint8Array): string {
  return `"${crc32(bytes).toString(16)}-${bytes.length}"`;
}
