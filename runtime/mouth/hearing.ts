import type { Network } from "../../drivers/inference/inference.ts";
import { Decoder } from "./decode.ts";
import type { Heard } from "./heard.ts";
import { type HeardFrame, Listener } from "./listener.ts";
import type { Segment } from "./segments.ts";
import { Tones } from "./tones.ts";
import { type Viseme, visemes } from "./viseme.ts";

/**
 * The segments of sound whose phonemes nobody knows, by the speech model: what `segmentsOf` gives
 * for a voice that knows them, as the sound comes in, live or from a file. A shape is settled
 * 147.5 ms of sound after its end, and told 87.5 ms after it as a first impression, both plus the
 * rest of a 40 ms frame. Any chunking of the sound settles the same shapes. The sound is 16 kHz
 * mono; times are at `outputRateHz`, counted from the first sample. One call at a time.
 */
export class Hearing {
  readonly #listener: Listener;
  readonly #decoder = new Decoder();
  readonly #tones = new Tones();
  readonly #isVoice = (): boolean => !this.#tones.severalAt(this.#steps);
  readonly #stepSamples: number;
  /** Steps of 20 ms that are settled. */
  #steps = 0;
  /** Where the shape at hand began. */
  #from = 0;
  #viseme: Viseme = "sil";

  /** The listener uses the network alone; `outputRateHz` is a multiple of 50. */
  constructor(network: Network, outputRateHz: number) {
    this.#listener = new Listener(network);
    this.#stepSamples = outputRateHz / stepsPerSecond;
  }

  /** Takes the next sound; gives what it changes in what is known of the mouth. */
  async push(pcm: Int16Array, tell: Tell = () => {}): Promise<Heard> {
    const from = this.#from;
    const ended: Segment[] = [];
    this.#tones.push(pcm);
    await this.#listener.push(pcm, (frame) => this.#settle(frame, ended, tell));
    const settled = this.#steps * this.#stepSamples;
    return { from, segments: [...ended, ...this.#open()], settled };
  }

  /** The rest of the sound, once all is in; then the next sound may begin. */
  async end(tell: Tell = () => {}): Promise<Heard> {
    const from = this.#from;
    const ended: Segment[] = [];
    await this.#listener.end((frame) => this.#settle(frame, ended, tell));
    this.#close(ended, "sil");
    const settled = this.#steps * this.#stepSamples;
    this.reset();
    return { from, segments: ended, settled };
  }

  /** The segments of a sound that is there as a whole. */
  async whole(pcm: Int16Array): Promise<readonly Segment[]> {
    this.reset();
    const { segments } = await this.push(pcm);
    const last = await this.end();
    return [...segments.filter(({ from }) => from < last.from), ...last.segments];
  }

  /** Forgets all that was heard; the next sound may begin. */
  reset(): void {
    this.#listener.reset();
    this.#tones.reset();
    this.#decoder.reset();
    this.#steps = 0;
    this.#from = 0;
    this.#viseme = "sil";
  }

  #settle({ early, late }: HeardFrame, ended: Segment[], tell: Tell): void {
    for (let at = 0; at < early.length; at += visemes.length) {
      const viseme = this.#decoder.push(early, late, at, this.#isVoice);
      if (viseme === undefined) continue;
      tell(late.subarray(at, at + visemes.length), viseme);
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

  /** The shape at hand, as far as it is settled, and what seems to come after it. */
  #open(): Segment[] {
    const open: Segment[] = [];
    let [from, viseme] = [this.#from, this.#viseme];
    let to = this.#steps * this.#stepSamples;
    for (const next of this.#decoder.ahead()) {
      if (next !== viseme) {
        if (to > from) open.push({ from, to, viseme });
        [from, viseme] = [to, next];
      }
      to += this.#stepSamples;
    }
    return to > from ? [...open, { from, to, viseme }] : open;
  }
}

/** Is given each settled 20 ms: the 15 chances, which change with the next step, and the viseme. */
type Tell = (chances: Float32Array, viseme: Viseme) => void;

const stepsPerSecond = 50;
