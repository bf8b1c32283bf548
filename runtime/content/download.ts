import assert from "node:assert/strict";
import { limits } from "../../config/limits.ts";
import { Bucket } from "./bucket.ts";
import { Delivery, type DownloadParts, type DownloadRules, type Order } from "./delivery.ts";
import { DownloadError, diskError } from "./download-error.ts";
import { type DownloadProgress, Gauge } from "./gauge.ts";

/**
 * Brings files into a depot: one after the other, each from where the last attempt ended, in this
 * process or an earlier one.
 */
export class Downloader {
  readonly #parts: DownloadParts;
  readonly #rules: () => DownloadRules;
  readonly #bucket = new Bucket();
  readonly #gauge = new Gauge();

  constructor(parts: DownloadParts, rules: () => DownloadRules) {
    this.#parts = parts;
    this.#rules = rules;
  }

  get progress(): DownloadProgress {
    return this.#gauge.progress;
  }

  /**
   * Ends once every file is an object of the depot, or with the first that cannot be had. One call
   * at a time; an abort rejects with its reason, and what is here by then stays.
   */
  async download(orders: readonly Order[], abort: AbortSignal): Promise<"here" | DownloadError> {
    assert(this.progress.state === "idle", "one download at a time");
    this.#gauge.begin(orders.reduce((sum, { bytes }) => sum + bytes, 0));
    try {
      return await this.#all(orders, abort);
    } finally {
      this.#gauge.end();
    }
  }

  async #all(orders: readonly Order[], abort: AbortSignal): Promise<"here" | DownloadError> {
    const { depot } = this.#parts;
    const trouble = await this.#room(orders);
    if (trouble) return trouble;
    let before = 0;
    for (const order of orders) {
      abort.throwIfAborted();
      if ((await depot.sizeOf(order.sha256)) !== order.bytes) {
        const more = { gauge: this.#gauge, bucket: this.#bucket, before };
        const delivery = new Delivery({ ...this.#parts, ...more }, this.#rules, order);
        const outcome = await delivery.run(abort);
        if (outcome !== "here") return outcome;
      }
      before += order.bytes;
      this.#gauge.at(before, this.#parts.clock.monotonicMs());
    }
    return "here";
  }

  /** Twice what is to come, for this and for its successor, and a reserve for the system. */
  async #room(orders: readonly Order[]): Promise<DownloadError | undefined> {
    try {
      const { bytes, here } = await this.#sum(orders);
      const due = 2 * bytes + limits.contentReserveBytes - here;
      const free = await this.#parts.depot.freeBytes();
      if (bytes === here || free >= due) return undefined;
      const fault = `${megabytes(free)} MB are free, ${megabytes(due)} MB are due`;
      return new DownloadError("DOWNLOAD_NO_ROOM", `Cannot fetch ${orders.length} files: ${fault}`);
    } catch (error) {
      return diskError(`${orders.length} files`, error);
    }
  }

  /** Bytes of the files that are no objects yet, and what earlier attempts left of them. */
  async #sum(orders: readonly Order[]): Promise<{ readonly bytes: number; readonly here: number }> {
    const { depot } = this.#parts;
    const staged = new Set(await depot.staged());
    let [sum, here] = [0, 0];
    for (const { sha256, bytes } of orders) {
      if ((await depot.sizeOf(sha256)) === bytes) continue;
      sum += bytes;
      if (!staged.has(sha256)) continue;
      await using piece = await depot.stage(sha256);
      here += piece.bytes;
    }
    return { bytes: sum, here };
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
