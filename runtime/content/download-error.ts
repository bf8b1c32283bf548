import { FetchError, type FetchTrouble } from "../../drivers/fetch/fetch.ts";

export type DownloadCode =
  /** The medium has no room for twice the size and a reserve. */
  | "DOWNLOAD_NO_ROOM"
  /** The server says no (4xx). */
  | "DOWNLOAD_REFUSED"
  /** Attempt after attempt brought nothing. */
  | "DOWNLOAD_UNREACHABLE"
  | "DOWNLOAD_CERTIFICATE"
  | "DOWNLOAD_REDIRECTED"
  | "DOWNLOAD_MALFORMED"
  | "DOWNLOAD_TOO_LARGE"
  /** The file there is another one: its size, or its hash. */
  | "DOWNLOAD_WRONG_SIZE"
  | "DOWNLOAD_WRONG_HASH"
  /** The medium failed. */
  | "DOWNLOAD_DISK";

/** A download that ended without the file. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  readonly code: DownloadCode;
  /** Whether the same order may go well later. */
  readonly retryable: boolean;
  /** Of HTTP, where there was an answer. */
  readonly status: number | undefined;

  constructor(code: DownloadCode, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryable = retryables.has(code);
    this.status = options.cause instanceof FetchError ? options.cause.status : undefined;
  }
}

/** What a trouble of fetching is, once nobody tries any more. */
export function downloadError(error: FetchError): DownloadError {
  return new DownloadError(codes[error.code], error.message, { cause: error });
}

/** What the medium says. */
export function diskError(url: string, cause: unknown): DownloadError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const isFull = (cause as NodeJS.ErrnoException).code === "ENOSPC";
  const code = isFull ? "DOWNLOAD_NO_ROOM" : "DOWNLOAD_DISK";
  return new DownloadError(code, `Cannot keep ${url}: ${reason}`, { cause });
}

const retryables: ReadonlySet<DownloadCode> = new Set([
  "DOWNLOAD_NO_ROOM",
  "DOWNLOAD_UNREACHABLE",
  "DOWNLOAD_CERTIFICATE",
  "DOWNLOAD_DISK",
]);

const codes: Readonly<Record<FetchTrouble, DownloadCode>> = {
  FETCH_REFUSED: "DOWNLOAD_REFUSED",
  FETCH_UNAVAILABLE: "DOWNLOAD_UNREACHABLE",
  FETCH_UNREACHABLE: "DOWNLOAD_UNREACHABLE",
  FETCH_CERTIFICATE: "DOWNLOAD_CERTIFICATE",
  FETCH_CUT: "DOWNLOAD_UNREACHABLE",
  FETCH_STALLED: "DOWNLOAD_UNREACHABLE",
  FETCH_TOO_LARGE: "DOWNLOAD_TOO_LARGE",
  FETCH_REDIRECTED: "DOWNLOAD_REDIRECTED",
  FETCH_MALFORMED: "DOWNLOAD_MALFORMED",
  FETCH_URL: "DOWNLOAD_REFUSED",
};
