import { leadSamplesMax, sampleRateHz } from "../../config/sound.ts";

/** What comes before the first sound: the desk has better to do until that is out. */
const firstSamplesMax = 2 * sampleRateHz;

/**
 * Keeps a voice from running far ahead of the loudspeaker, so that a long text stays small, and
 * from keeping the desk busy with what comes later while the first sound waits.
 */
export class Lead {
  #heard = 0;
  #most = firstSamplesMax;
  #moved = Promise.withResolvers<void>();

  /** The loudspeaker is at sample `heard`; or nobody needs to wait any more, with infinity. */
  follow(heard: number): void {
    this.#heard = heard;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers<void>();
  }

  /** The first sound is out. */
  begun(): void {
    this.#most = leadSamplesMax;
    this.follow(this.#heard);
  }

  /** Resolves when sound up to sample `until` is not too far ahead. */
  async room(until: number): Promise<void> {
    while (until - this.#heard > this.#most) await this.#moved.promise;
  }
}
