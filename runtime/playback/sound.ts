/** The sound of one utterance, part by part; what is behind can be let go. */
export class Sound {
  #parts: { readonly start: number; readonly pcm: Int16Array; readonly balance: number }[] = [];
  #length = 0;

  /** Samples that have come so far. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }

  /** `balance`: -1 is left, 0 both, 1 right. */
  append(pcm: Int16Array, balance = 0): void {
    if (pcm.length === 0) return;
    this.#parts.push({ start: this.#length, pcm, balance });
    this.#length += pcm.length;
  }

  /** Lets go of parts that end before `sample`; copies of them are silence from then on. */
  forget(sample: number): void {
    const first = this.#parts.findIndex(({ start, pcm }) => start + pcm.length > sample);
    if (first > 0) this.#parts.splice(0, first);
  }

  /** The sound from `start` on to the end of its part; undefined where there is none. */
  from(start: number): { readonly pcm: Int16Array; readonly balance: number } | undefined {
    const part = this.#parts.find(
      (one) => one.start <= start && start < one.start + one.pcm.length,
    );
    return part && { pcm: part.pcm.subarray(start - part.start), balance: part.balance };
  }

  /** Fills `out` with the sound from `start` on; silence where there is none. */
  copy(start: number, out: Int16Array): void {
    out.fill(0);
    for (const { start: at, pcm } of this.#parts) {
      const from = Math.max(start, at);
      const until = Math.min(start + out.length, at + pcm.length);
      if (until > from) out.set(pcm.subarray(from - at, until - at), from - start);
    }
  }
}
