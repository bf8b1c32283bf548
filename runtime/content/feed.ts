import { ArchiveError } from "./archive-error.ts";

/** Bytes that come in pieces of any size, taken in pieces of the reader's. */
export class Feed {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** How many were taken. */
  get at(): number {
    return this.#at;
  }

  /** Fills `into`, or gives false at the end. Throws ArchiveError when it ends in between. */
  async fill(into: Buffer): Promise<boolean> {
    for (let done = 0; done < into.length; ) {
      const piece = await this.#piece(into.length - done);
      if (piece === undefined) {
        if (done === 0) return false;
        throw this.#truncated();
      }
      into.set(piece, done);
      done += piece.length;
    }
    return true;
  }

  /** The next so many bytes, as they come. */
  async *take(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0; ) {
      const piece = await this.#piece(left);
      if (piece === undefined) throw this.#truncated();
      left -= piece.length;
      yield piece;
    }
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await this.#piece(Number.POSITIVE_INFINITY);
      if (piece === undefined) return;
      yield piece;
    }
  }

  async skip(bytes: number): Promise<void> {
    for await (const _ of this.take(bytes));
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #piece(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#source.next();
      if (done) return undefined;
      this.#rest = value;
    }
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    this.#at += piece.length;
    return piece;
  }

  #truncated(): ArchiveError {
    return new ArchiveError("ARCHIVE_TRUNCATED", `it ends at byte ${this.#at}, within a file`);
  }
}
