import { limits } from "../../config/limits.ts";
import type { Clock } from "../../drivers/clock/clock.ts";
import type { Depot, Staging } from "../../drivers/depot/depot.ts";
import { type Fetch, FetchError, type Fetched } from "../../drivers/fetch/fetch.ts";
import type { Trace } from "../diagnostics/trace.ts";
import type { Bucket } from "./bucket.ts";
import { DownloadError, diskError, downloadError } from "./download-error.ts";
import type { Gauge } from "./gauge.ts";
import { retryDelayMs } from "./retry.ts";

/** A file as somebody trusted describes it. */
export interface Order {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface DownloadParts {
  readonly fetch: Fetch;
  readonly depot: Depot;
  readonly clock: Clock;
  readonly trace: Trace;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What holds now; asked again and again as a download goes on. */
export interface DownloadRules {
  /** undefined: as fast as it comes. */
  readonly bytesPerSecond: number | undefined;
  /** Quiet hours: nothing is fetched in them. */
  readonly isQuiet: boolean;
}

interface Parts extends DownloadParts {
  readonly gauge: Gauge;
  readonly bucket: Bucket;
  /** Bytes of the files before this one. */
  readonly before: number;
}

/** How often a delivery looks whether the quiet hours are over. */
const quietMs = 30_000;

/** One file on its way: attempt after attempt until it is here or cannot be. */
export class Delivery {
  readonly #parts: Parts;
  readonly #rules: () => DownloadRules;
  readonly #order: Order;
  #failures = 0;
  /** Whether bytes of more than one attempt lie together: they may be of two files. */
  #isMixed = false;
  /** What was mixed is fetched anew once. */
  #mayRestart = true;

  constructor(parts: Parts, rules: () => DownloadRules, order: Order) {
    this.#parts = parts;
    this.#rules = rules;
    this.#order = order;
  }

  async run(abort: AbortSignal): Promise<"here" | DownloadError> {
    const { gauge, depot, trace } = this.#parts;
    const { url, sha256, bytes } = this.#order;
    gauge.file(url);
    try {
      await using staging = await depot.stage(sha256);
      this.#isMixed = staging.bytes > 0;
      const outcome = await this.#attempts(staging, abort);
      if (outcome === "here") trace.note({ area: "content", kind: "downloaded", url, bytes });
      return outcome;
    } catch (error) {
      abort.throwIfAborted();
      return diskError(url, error);
    }
  }

  async #attempts(staging: Staging, abort: AbortSignal): Promise<"here" | DownloadError> {
    for (;;) {
      await this.#quiet(abort);
      const had = staging.bytes;
      try {
        await this.#fill(staging, abort);
      } catch (error) {
        if (error instanceof DownloadError) return error;
        if (!(error instanceof FetchError)) throw error;
        const gained = staging.bytes - had;
        const trouble = await this.#failed(error, gained, abort);
        if (trouble) return trouble;
        continue;
      }
      if (staging.bytes < this.#order.bytes) continue;
      const outcome = await this.#verify(staging);
      if (outcome) return outcome;
    }
  }

  /** Gives nothing when the file is to be fetched anew, from its first byte. */
  async #verify(staging: Staging): Promise<"here" | DownloadError | undefined> {
    const { url, sha256 } = this.#order;
    this.#parts.gauge.enter("verifying");
    if ((await staging.keep(sha256)) === "kept") return "here";
    await staging.restart();
    if (this.#isMixed && this.#mayRestart) {
      this.#mayRestart = false;
      this.#parts.trace.note({ area: "content", kind: "download-mixed", url });
      return undefined;
    }
    return new DownloadError("DOWNLOAD_WRONG_HASH", `Cannot keep ${url}: SHA-256 is not ${sha256}`);
  }

  /** One attempt, to the end of the file or of the hours; what came is marked, however it ends. */
  async #fill(staging: Staging, abort: AbortSignal): Promise<void> {
    const { bytes, url } = this.#order;
    if (staging.bytes > bytes) await staging.restart();
    if (staging.bytes === bytes) return;
    const wish = { bytesMax: bytes, from: staging.bytes, tag: staging.note || undefined };
    this.#parts.gauge.enter("fetching");
    const got = await this.#parts.fetch.get(url, wish, abort);
    demandSize(this.#order, got.bytes ?? bytes);
    try {
      if (got.from !== staging.bytes) await staging.restart();
      this.#isMixed = got.from > 0;
      await this.#take(got, staging, abort);
    } finally {
      if (staging.bytes > 0) await staging.mark(got.tag ?? "");
    }
  }

  async #take({ chunks, tag }: Fetched, staging: Staging, abort: AbortSignal): Promise<void> {
    const { clock, bucket, gauge, before } = this.#parts;
    let marked = staging.bytes;
    for await (const chunk of chunks) {
      await staging.append(chunk);
      const nowMs = clock.monotonicMs();
      gauge.at(before + staging.bytes, nowMs);
      const { bytesPerSecond, isQuiet } = this.#rules();
      if (isQuiet) return;
      if (staging.bytes - marked >= limits.contentMarkBytes) {
        await staging.mark(tag ?? "");
        marked = staging.bytes;
      }
      const waitMs = bucket.take(chunk.length, bytesPerSecond, nowMs);
      if (waitMs > 0) await clock.sleepUntil(nowMs + waitMs, abort);
      abort.throwIfAborted();
    }
    demandSize(this.#order, staging.bytes);
  }

  /** Waits for the next attempt; gives the error when there is none. */
  async #failed(
    error: FetchError,
    gained: number,
    abort: AbortSignal,
  ): Promise<DownloadError | undefined> {
    const { clock, gauge, random, trace } = this.#parts;
    const { code, retryAfterMs, message } = error;
    // A server that gives a few bytes at a time would keep us for ever.
    this.#failures = gained >= limits.contentStallBytes ? 1 : this.#failures + 1;
    if (!error.retryable || this.#failures > limits.contentAttemptsMax) return downloadError(error);
    gauge.failed();
    gauge.enter("waiting");
    const delayMs = retryDelayMs(this.#failures, random(), retryAfterMs);
    trace.note({ area: "content", kind: "download-retry", code, reason: message, delayMs });
    await clock.sleepUntil(clock.monotonicMs() + delayMs, abort);
    abort.throwIfAborted();
    return undefined;
  }

  async #quiet(abort: AbortSignal): Promise<void> {
    const { clock, gauge } = this.#parts;
    while (this.#rules().isQuiet) {
      gauge.enter("quiet");
      await clock.sleepUntil(clock.monotonicMs() + quietMs, abort);
      abort.throwIfAborted();
    }
  }
}

/** A file of another size is another file. */
function demandSize({ url, bytes }: Order, told: number): void {
  if (told === bytes) return;
  const fault = `it has ${told} bytes, ${bytes} are due`;
  throw new DownloadError("DOWNLOAD_WRONG_SIZE", `Cannot fetch ${url}: ${fault}`);
}
