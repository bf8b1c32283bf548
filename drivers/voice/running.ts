import { joined } from "../../config/sound.ts";
import { type WeightedWord, weigh } from "./guess.ts";
import { isHeard } from "./heard.ts";
import type { SpeechChunk, TimedWord } from "./voice.ts";

/** How fast a voice speaks, as far as it is known: seconds of sound for a letter. */
export class Pace {
  #secondsPerWeight = 1 / 14;

  get secondsPerWeight(): number {
    return this.#secondsPerWeight;
  }

  /** Learns from a sentence of so much weight that sounded so long. */
  learn(seconds: number, weight: number): void {
    if (weight < 10) return;
    this.#secondsPerWeight += (seconds / weight - this.#secondsPerWeight) / 2;
  }
}

/**
 * Guesses the times of words while their sound still comes in: by the pace of the sentences before,
 * counting only what sounds. Keeps 20 ms back, into which the words fall that were guessed too
 * late.
 */
export class RunningWords {
  readonly #words: readonly WeightedWord[];
  readonly #rateHz: number;
  readonly #pace: Pace;
  #held: Int16Array = new Int16Array(0);
  #atSample = 0;
  #soundingHops = 0;
  #next = 0;

  constructor(text: string, rateHz: number, pace: Pace) {
    this.#words = weigh(text);
    this.#rateHz = rateHz;
    this.#pace = pace;
  }

  /** The next chunk, or undefined when too little has come. */
  add(pcm: Int16Array): SpeechChunk | undefined {
    const sound = joined(this.#held, pcm);
    const hops = Math.floor(sound.length / this.#hop) - heldHops;
    if (hops <= 0) {
      this.#held = sound;
      return undefined;
    }
    const length = hops * this.#hop;
    const words: TimedWord[] = [];
    for (let hop = 0; hop < hops; hop++) {
      const from = hop * this.#hop;
      if (!isHeard(sound.subarray(from, from + this.#hop))) continue;
      words.push(...this.#due(this.#atSample + from));
      this.#soundingHops++;
    }
    this.#held = sound.slice(length);
    return this.#chunk(sound.slice(0, length), words);
  }

  /** What was kept back, with every word that is left. */
  end(): SpeechChunk | undefined {
    const last = this.#words.at(-1);
    if (last) this.#pace.learn(this.#soundingHops / hopsPerSecond, last.before + last.weight);
    if (this.#held.length === 0) return undefined;
    const rest = this.#words.slice(this.#next);
    this.#next = this.#words.length;
    const words = rest.map((word) => placed(word, this.#atSample));
    return this.#chunk(this.#held, words);
  }

  get #hop(): number {
    return Math.round(this.#rateHz / hopsPerSecond);
  }

  #due(atSample: number): TimedWord[] {
    const weight = this.#soundingHops / hopsPerSecond / this.#pace.secondsPerWeight;
    const from = this.#next;
    while ((this.#words[this.#next]?.before ?? Infinity) <= weight) this.#next++;
    return this.#words.slice(from, this.#next).map((word) => placed(word, atSample));
  }

  #chunk(pcm: Int16Array, words: readonly TimedWord[]): SpeechChunk {
    this.#atSample += pcm.length;
    return { pcm, rateHz: this.#rateHz, phonemes: [], words };
  }
}

const hopsPerSecond = 100;
const heldHops = 2;

function placed({ start, length }: WeightedWord, atSample: number): TimedWord {
  return { atSample, start, length };
}
