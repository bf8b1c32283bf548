import type { Voice } from "../../drivers/voice/voice.ts";
import type { Expected } from "../mouth/align.ts";
import { expectedOf } from "../mouth/expected.ts";
import { prepare } from "../speech/prepare.ts";
import type { SpokenText } from "../speech/utterance.ts";

/** Reads texts to itself with a voice that tells phonemes, to know what shapes they make. */
export class Reader implements AsyncDisposable {
  readonly #open: () => Promise<Voice>;
  #voice: Promise<Voice> | undefined;
  #work: Promise<unknown> = Promise.resolve();

  /** The voice is opened with the first text, and not again if that fails. */
  constructor(open: () => Promise<Voice>) {
    this.#open = open;
  }

  /** Texts are read one after the other. Throws what the voice throws. */
  read(spoken: SpokenText): Promise<readonly Expected[]> {
    const reading = this.#work.then(() => this.#read(spoken));
    this.#work = reading.catch(() => {});
    return reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work;
    const voice = await this.#voice?.catch(() => undefined);
    await voice?.[Symbol.asyncDispose]();
  }

  async #read(spoken: SpokenText): Promise<readonly Expected[]> {
    this.#voice ??= this.#open();
    const speech = { kind: "text" as const, ...spoken };
    const { signal } = new AbortController();
    return expectedOf(await Array.fromAsync(prepare(await this.#voice, speech, signal)));
  }
}
