import { createHash } from "node:crypto";
import type { JobDetail } from "../job/job.ts";

/** Bytes on their way through, counted and hashed. */
export class Tap implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#source = source;
  }

  /** Names the bytes that went through. */
  detail(): JobDetail {
    return { audioBytes: this.#bytes, audioSha256: this.#hash.copy().digest("hex") };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const bytes of this.#source) {
      this.#bytes += bytes.length;
      this.#hash.update(bytes);
      yield bytes;
    }
  }
}
