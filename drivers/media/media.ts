/**
 * Sound that jobs name by a URL.
 *
 * `open` asks for it when the iteration begins and reads on as the caller takes it. Leaving the
 * iteration early or aborting lets go of it at once; abort is no error. Only what lies below an
 * allowed URL is opened, wherever links and redirections would lead. A source that is not allowed,
 * not there, too large or silent for too long is a MediaError.
 */
export interface Media {
  open(url: string, abort: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Sound that cannot be had: callers answer the job with `code` and go on. */
export class MediaError extends Error {
  override readonly name = "MediaError";
  readonly code: "AUDIO_NOT_ALLOWED" | "AUDIO_UNREACHABLE" | "AUDIO_TOO_LARGE";

  constructor(code: MediaError["code"], url: string, fault: string, options?: ErrorOptions) {
    super(`Cannot open sound ${url}: ${fault}`, options);
    this.code = code;
  }
}
