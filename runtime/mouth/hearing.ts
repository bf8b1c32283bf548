import type { Network } from "../../drivers/inference/inference.ts";
import { Decoder } from "./decode.ts";
import { type HeardFrame, Listener } from "./listener.ts";
import type { Segment } from "./segments.ts";
import { type Viseme, visemes } from "./viseme.ts";

/**
 * The segments of sound whose phonemes nobody knows, by the speech model: what `segmentsOf` gives
 * for a voice that knows them. Segments follow each other without gaps from sample 0 on; one is
 * given when it is settled, 147.5 ms of sound after its end. Times are at `outputRateHz`, the
 * sound itself is 16 kHz mono.
 */
export class Hearing {
  readonly #listener: Listener;
  readonly #decoder = new Decoder();
  readonly #stepSamples: number;
  #steps = 0;
  #from = 0;
  #viseme: Viseme = "sil";

  /** The listener uses the network alone; `outputRateHz` is a multiple of 50. */
  constructor(network: Network, outputRateHz: number) {
    this.#listener = new Listener(network);
    this.#stepSamples = outputRateHz / stepsPerSecond;
  }

  /** Takes the next sound and gives the segments that ended in what is settled now. */
  async push(pcm: Int16Array): Promise<Segment[]> {
    const ended: Segment[] = [];
    await this.#listener.push(pcm, (frame) => this.#settle(frame, ended));
    return ended;
  }

  /** The rest of the sound, once all is in; then the next sound may begin. */
  async end(): Promise<Segment[]> {
    const ended: Segment[] = [];
    await this.#listener.end((frame) => this.#settle(frame, ended));
    this.#close(ended, "sil");
    this.#decoder.reset();
    this.#steps = 0;
    this.#from = 0;
    return ended;
  }

  #settle({ early, late }: HeardFrame, ended: Segment[]): void {
    for (let at = 0; at < early.length; at += visemes.length) {
      const viseme = this.#decoder.push(early, late, at);
      if (viseme === undefined) continue;
      if (viseme !== this.#viseme) this.#close(ended, viseme);
      this.#steps++;
    }
  }

  #close(ended: Segment[], next: Viseme): void {
    const to = this.#steps * this.#stepSamples;
    if (to > this.#from) ended.push({ from: this.#from, to, viseme: this.#viseme });
    this.#from = to;
    this.#viseme = next;
  }
}

const stepsPerSecond = 50;
