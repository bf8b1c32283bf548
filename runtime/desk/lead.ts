import { leadSamplesMax } from "../../config/sound.ts";

/** Keeps a voice from running far ahead of the loudspeaker, so that a long text stays small. */
export class Lead {
  #heard = 0;
  #moved = Promise.withResolvers<void>();

  /** The loudspeaker is at sample `heard`; or nobody needs to wait any more, with infinity. */
  follow(heard: number): void {
    this.#heard = heard;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers<void>();
  }

  /** Resolves when sound up to sample `until` is not too far ahead. */
  async room(until: number): Promise<void> {
    while (until - this.#heard > leadSamplesMax) await this.#moved.promise;
  }
}
