import { setTimeout as sleep } from "node:timers/promises";
import { FetchError, type FetchTrouble } from "./fetch.ts";

/**
 * How long a server may keep somebody waiting: `stallMsMax` of waiting for every `stallBytes`. Time
 * that the caller takes between two waits does not count.
 */
export class Patience {
  readonly #url: string;
  readonly #stallMsMax: number;
  readonly #stallBytes: number;
  #waitedMs = 0;
  #bytes = 0;

  constructor(url: string, stallMsMax: number, stallBytes: number) {
    this.#url = url;
    this.#stallMsMax = stallMsMax;
    this.#stallBytes = stallBytes;
  }

  /** Gives what `work` gives; throws FetchError when it takes too long or fails by itself. */
  async wait<T>(work: Promise<T>, abort: AbortSignal, trouble?: FetchTrouble): Promise<T> {
    const over = new AbortController();
    const beganMs = performance.now();
    const leftMs = Math.max(0, this.#stallMsMax - this.#waitedMs);
    const late = sleep(leftMs, undefined, { signal: over.signal }).then(() => {
      throw this.#stalled();
    });
    late.catch(() => {});
    work.catch(() => {});
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      abort.throwIfAborted();
      throw error instanceof FetchError ? error : troubleOf(this.#url, error, trouble);
    } finally {
      over.abort();
      this.#waitedMs += performance.now() - beganMs;
    }
  }

  got(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < this.#stallBytes) return;
    this.#bytes = 0;
    this.#waitedMs = 0;
  }

  #stalled(): FetchError {
    const due = `${this.#stallBytes} are due`;
    const fault = `${this.#bytes} bytes came within ${this.#stallMsMax} ms, ${due}`;
    return new FetchError("FETCH_STALLED", this.#url, fault);
  }
}

/** What the system says, as a trouble. */
function troubleOf(url: string, cause: unknown, trouble?: FetchTrouble): FetchError {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const { code = "" } = error as NodeJS.ErrnoException;
  const known = isOfCertificate(code)
    ? "FETCH_CERTIFICATE"
    : code.startsWith("HPE_")
      ? "FETCH_MALFORMED"
      : (trouble ?? "FETCH_UNREACHABLE");
  return new FetchError(known, url, code && !error.message ? code : error.message, { cause });
}

/** By the names that Node gives to X509_V_ERR_* of OpenSSL, and its own. */
function isOfCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|CRL|_CA$/.test(code);
}
