import type { IncomingMessage } from "node:http";

/** What may wait here for its taker before the server is held back. */
const waitingBytesMax = 256 * 1024;

/**
 * The body of an answer, part by part. What came before the connection broke is given first: Node's
 * own iteration throws it away, and it would have to be fetched twice.
 */
export class Inflow {
  readonly #answer: IncomingMessage;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;
  #isOver = false;
  #error: Error | undefined;
  #wake = () => {};

  constructor(answer: IncomingMessage) {
    this.#answer = answer;
    answer.on("data", this.#take);
    answer.on("end", () => this.#end());
    answer.on("error", (error) => this.#end(error));
    answer.on("close", () => this.#end());
  }

  /** The next part; undefined at the end, whether or not all came. Rejects when it broke. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#parts.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const part = this.#parts.shift();
    if (part === undefined && this.#error) throw this.#error;
    this.#bytes -= part?.length ?? 0;
    if (this.#bytes < waitingBytesMax && this.#answer.isPaused()) this.#answer.resume();
    return part;
  }

  readonly #take = (part: Buffer): void => {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes >= waitingBytesMax) this.#answer.pause();
    this.#wake();
  };

  #end(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#error = error;
    this.#answer.off("data", this.#take);
    // What was held back lies in the stream still.
    for (let part = this.#answer.read(); part !== null; part = this.#answer.read()) {
      this.#parts.push(part);
    }
    this.#wake();
  }
}
