import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";

/** Tells whether one is inside a transaction, where only its own queries may be used. */
export class Guard {
  readonly #inside = new AsyncLocalStorage<boolean>();

  enter<T>(work: () => Promise<T>): Promise<T> {
    return this.#inside.run(true, work);
  }

  check(): void {
    assert(!this.#inside.getStore(), "inside a transaction its own queries are to be used");
  }
}
