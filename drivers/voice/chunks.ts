import { joined } from "../../config/sound.ts";
import type { HelperFrame } from "./helper.ts";
import { toIpa } from "./ipa.ts";
import type { SpeechChunk, TimedPhoneme, TimedWord } from "./voice.ts";
import { WordFinder } from "./words.ts";

/** A clause without a pause in it is cut at a word once it is this long. */
const chunkSecondsMax = 2;

/**
 * Gathers the program's answers into chunks: one for each clause, since the voice pauses there; a
 * long clause is cut at its words. Events that lie in later samples wait for their chunk.
 */
export class ChunkBuilder {
  readonly #rateHz: number;
  readonly #finder: WordFinder;
  #blocks: Int16Array[] = [];
  #from = 0;
  #until = 0;
  #clauseEnd = Infinity;
  #phonemes: TimedPhoneme[] = [];
  #words: TimedWord[] = [];
  #wordStart = 0;

  constructor(rateHz: number, text: string) {
    this.#rateHz = rateHz;
    this.#finder = new WordFinder(text);
  }

  /** Takes one answer; gives a chunk when that completes one. */
  add(frame: HelperFrame): SpeechChunk | undefined {
    const { kind, payload } = frame;
    if (kind === "p") this.#addPhoneme(payload.readUInt32LE(0), payload.toString("utf8", 4));
    if (kind === "w") this.#addWord(payload);
    if (kind === "c") this.#clauseEnd = payload.readUInt32LE(0);
    if (kind !== "d") return undefined;
    const block = samplesOf(payload);
    this.#blocks.push(block);
    this.#until += block.length;
    const cut = this.#cut();
    return cut > this.#from ? this.#take(cut) : undefined;
  }

  /** What is left at the end of the text. */
  rest(): SpeechChunk | undefined {
    return this.#until > this.#from ? this.#take(this.#until) : undefined;
  }

  #addPhoneme(atSample: number, name: string): void {
    const ipa = toIpa(name);
    if (ipa !== undefined) this.#phonemes.push({ atSample, ipa });
  }

  #addWord(payload: Buffer): void {
    const atSample = payload.readUInt32LE(0);
    this.#wordStart = atSample;
    const place = this.#finder.find(payload.readUInt32LE(4), payload.readUInt32LE(8));
    if (place) this.#words.push({ atSample, ...place });
  }

  #cut(): number {
    if (this.#until >= this.#clauseEnd) {
      this.#clauseEnd = Infinity;
      return this.#until;
    }
    const isLong = this.#until - this.#from >= chunkSecondsMax * this.#rateHz;
    return isLong ? this.#wordStart : this.#from;
  }

  #take(until: number): SpeechChunk {
    const all = joined(...this.#blocks);
    const isNow = ({ atSample }: { atSample: number }) => atSample < until;
    const isLater = ({ atSample }: { atSample: number }) => atSample >= until;
    const chunk = {
      pcm: all.slice(0, until - this.#from),
      rateHz: this.#rateHz,
      phonemes: this.#phonemes.filter(isNow),
      words: this.#words.filter(isNow),
    };
    this.#phonemes = this.#phonemes.filter(isLater);
    this.#words = this.#words.filter(isLater);
    this.#blocks = [all.slice(until - this.#from)];
    this.#from = until;
    return chunk;
  }
}

function samplesOf(payload: Buffer): Int16Array {
  const samples = new Int16Array(payload.length >> 1);
  new Uint8Array(samples.buffer).set(payload);
  return samples;
}
