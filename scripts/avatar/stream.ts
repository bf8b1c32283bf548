/** Exact numbers of bytes from a stream that comes in arbitrary pieces. */
export class ByteStream {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  async bytes(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      if (this.#rest.length === 0) await this.#next(`${count - at} more bytes are due`);
      const part = this.#rest.subarray(0, count - at);
      taken.set(part, at);
      this.#rest = this.#rest.subarray(part.length);
      at += part.length;
    }
    return taken;
  }

  async line(): Promise<string> {
    const codes: number[] = [];
    for (;;) {
      const [code] = await this.bytes(1);
      if (code === 10) return Buffer.from(codes).toString("utf8");
      codes.push(code!);
    }
  }

  async #next(due: string): Promise<void> {
    const { value, done } = await this.#pieces.next();
    if (done) throw new Error(`Cannot read pixels: the stream ended, ${due}`);
    this.#rest = value;
  }
}
