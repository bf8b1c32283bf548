/**
 * Work that would cut somebody off waits until nobody speaks, or goes at once when it is forced.
 * While any is waiting or under way, no job is begun.
 */
export class Lull {
  #claims = 0;
  #waiting: (() => void)[] = [];
  #busy = false;

  /** Whether the next job has to wait. */
  get claimed(): boolean {
    return this.#claims > 0;
  }

  /** To be called in every turn. */
  look(busy: boolean): void {
    this.#busy = busy;
    if (busy) return;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Resolves when nobody speaks; the kiosk is quiet from then on until the claim is given back. */
  async claim(force: boolean): Promise<Disposable> {
    this.#claims += 1;
    if (!force && this.#busy) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#claims -= 1;
        held = false;
      },
    };
  }
}
