/** Power that ends after so many units: a byte or a step of the file system each. */
export class Power {
  #left = Number.POSITIVE_INFINITY;
  #spent = 0;
  #dead = false;

  /** Cuts it once `units` more are spent: within a change, or just before its caller is told. */
  cutAfter(units: number): void {
    this.#left = units;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get spent(): number {
    return this.#spent;
  }

  /**
   * Spends up to `units` and hands those that there was power for to `act`; throws when it went.
   * With the last one all is done, yet nobody is told.
   */
  spend(units: number, act: (units: number) => void): void {
    if (this.#dead) throw new Error("Cannot use the depot: power is cut");
    const had = Math.min(units, this.#left);
    this.#left -= had;
    this.#spent += had;
    act(had);
    if (had === units && this.#left > 0) return;
    this.#dead = true;
    throw new Error("Cannot change the depot: power is cut");
  }
}
