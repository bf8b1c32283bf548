import type { Input, InputEvent } from "./input.ts";

/** Fingers and keys of a script; also a board that has none. */
export class ScriptedInput implements Input {
  readonly #listeners: ((event: InputEvent) => void)[] = [];

  onEvent(listener: (event: InputEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Presses, touches, plugs in. */
  play(event: InputEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.length = 0;
  }
}
