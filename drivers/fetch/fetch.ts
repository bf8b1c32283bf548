/**
 * Files by their URLs, from any byte on.
 *
 * `get` asks and resolves once it is known what comes; `chunks` gives the bytes as the caller takes
 * them and is iterated once. A caller that takes its time is no stall. Leaving the iteration early,
 * or never beginning it after `abort`, lets go of the connection. Every trouble is a FetchError, of
 * `get` or of the iteration; an abort is its reason. Nothing is tried twice here.
 */
export interface Fetch {
  get(url: string, wish: FetchWish, abort: AbortSignal): Promise<Fetched>;
}

export interface FetchWish {
  /** Of the whole file; what is told or turns out to be larger is `FETCH_TOO_LARGE`. */
  readonly bytesMax: number;
  /** The first byte wanted. 0 unless told otherwise. */
  readonly from?: number;
  /** `tag` of the file whose first bytes are here: of another file everything is given. */
  readonly tag?: string | undefined;
}

/** What a server gives. */
export interface Fetched {
  /** Where the bytes begin: as wished, or 0 where the file is another one or comes only whole. */
  readonly from: number;
  /** Bytes of the whole file; undefined where the server does not tell. */
  readonly bytes: number | undefined;
  /** Changes when the file does; undefined where the server tells nothing to go by. */
  readonly tag: string | undefined;
  /** Ends at the file's end; one that ends earlier is `FETCH_CUT`. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Why a file cannot be had. */
export type FetchTrouble =
  /** The server says no: 4xx but 408, 425 and 429; or there is no such file. */
  | "FETCH_REFUSED"
  /** It may say yes later: 5xx, 408, 425, 429. */
  | "FETCH_UNAVAILABLE"
  /** No answer: name, network, or nobody there. */
  | "FETCH_UNREACHABLE"
  /** The server cannot prove who it is. */
  | "FETCH_CERTIFICATE"
  /** The connection ended before the file did. */
  | "FETCH_CUT"
  /** Nothing, or next to nothing, came for too long. */
  | "FETCH_STALLED"
  | "FETCH_TOO_LARGE"
  /** Too many redirections, or one to a place that is not https. */
  | "FETCH_REDIRECTED"
  /** The answer is none of HTTP, or not to what was asked. */
  | "FETCH_MALFORMED"
  /** No URL that this driver takes. */
  | "FETCH_URL";

export class FetchError extends Error {
  override readonly name = "FetchError";
  readonly code: FetchTrouble;
  /** Of HTTP, where there was an answer; a missing file is 404 for every driver. */
  readonly status: number | undefined;
  /** The server asks not to come back earlier. */
  readonly retryAfterMs: number | undefined;

  constructor(code: FetchTrouble, url: string, fault: string, more: FetchErrorMore = {}) {
    super(`Cannot fetch ${withoutSecrets(url)}: ${fault}`, { cause: more.cause });
    this.code = code;
    this.status = more.status;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the same question may have another answer later. */
  get retryable(): boolean {
    return retryables.has(this.code);
  }
}

interface FetchErrorMore {
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

const retryables: ReadonlySet<FetchTrouble> = new Set([
  "FETCH_UNAVAILABLE",
  "FETCH_UNREACHABLE",
  "FETCH_CERTIFICATE",
  "FETCH_CUT",
  "FETCH_STALLED",
]);

/** A query may be a signature, a user a password: neither belongs into a log. */
function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
}
