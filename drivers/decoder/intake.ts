import { headerBytes, readHeader, type SoundHeader } from "./header.ts";

/** Bytes of a source, taken in the amounts that a format wants. */
export class Intake {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #closed = Promise.withResolvers<undefined>();
  #held: Uint8Array = new Uint8Array(0);
  #over = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** What comes next without taking it: `count` bytes, fewer at the end of the source. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#held.length < count && !this.#over) {
      // Racing leaves a source behind that hangs; what it still says then is nobody's error.
      const next = this.#source.next();
      next.catch(() => {});
      const come = await Promise.race([next, this.#closed.promise]);
      if (come === undefined || come.done) this.#over = true;
      else this.#held = joined(this.#held, come.value);
    }
    return this.#held.subarray(0, count);
  }

  /** Takes `count` bytes, fewer at the end of the source. */
  async take(count: number): Promise<Uint8Array> {
    const taken = await this.peek(count);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  /** Takes whatever has come, up to `most` bytes, waiting for one at least; empty at the end. */
  async some(most: number): Promise<Uint8Array> {
    await this.peek(1);
    return this.take(Math.min(most, this.#held.length));
  }

  /** Everything that is left, block by block. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const block = await this.some(blockBytes);
      if (block.length === 0) return;
      yield block;
    }
  }

  /** Lets go of the source; one that hangs is not waited for. */
  close(): void {
    this.#over = true;
    this.#closed.resolve(undefined);
    this.#source.return?.()?.catch(() => {});
  }
}

/** Decodes a source by its first bytes, and lets go of it at the end or on abort. */
export async function* taken<T>(
  source: AsyncIterable<Uint8Array>,
  abort: AbortSignal,
  decode: (head: SoundHeader, intake: Intake) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const intake = new Intake(source);
  const stop = (): void => intake.close();
  abort.addEventListener("abort", stop, { once: true });
  try {
    const head = await intake.peek(headerBytes);
    if (!abort.aborted) yield* decode(readHeader(head), intake);
  } finally {
    abort.removeEventListener("abort", stop);
    intake.close();
  }
}

const blockBytes = 32 * 1024;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
