import { joined, sampleRateHz } from "../../config/sound.ts";
import type { SpeechChunk, TimedWord } from "../../drivers/voice/voice.ts";
import { louder } from "./loudness.ts";
import { Resampler } from "./resample.ts";
import { SilenceTrimmer } from "./silence.ts";
import type { SpeechPart, SpokenText, TimedCue } from "./utterance.ts";

/** How a sentence goes into the utterance. */
interface Treatment {
  /** Factor on its samples. */
  readonly gain: number;
  /** The word as it stands in the job's text; undefined when it counts no more. */
  place(word: TimedWord): Omit<TimedWord, "atSample"> | undefined;
  /** The cues that belong to the word, which stands at `start` of the job's text. */
  due(start: number): readonly Cue[];
}

type Cue = Omit<TimedCue, "atSample">;

/**
 * Joins what a voice says, sentence by sentence, to one utterance at 48 kHz: its silence trimmed,
 * its times moved, what begins in samples that the filter still holds kept for the next part.
 */
export class PartMaker {
  /** Filters by the rate that they read; a voice has one or two. */
  readonly #resamplers = new Map<number, Resampler>();
  #trimmer: SilenceTrimmer | undefined;
  #rateHz = sampleRateHz;
  #gain = 1;
  /** Whether the voice tells the phonemes of the sentence at hand. */
  #isSpelled = false;
  #atSample = 0;
  /** Where the sentence at hand begins, and where its sound ends so far. */
  #from = 0;
  #end = 0;
  #phonemes: SpeechPart["phonemes"] = [];
  #words: SpeechPart["words"] = [];
  #cues: SpeechPart["cues"] = [];
  #says: SpokenText | undefined;

  /** What the next part begins to say, for a voice that tells no phonemes. */
  says(spoken: SpokenText): void {
    this.#says = spoken;
  }

  add(chunk: SpeechChunk, { gain, place, due }: Treatment): SpeechPart {
    this.#rateHz = chunk.rateHz;
    this.#gain = gain;
    this.#trimmer ??= new SilenceTrimmer(chunk.rateHz);
    const heard = this.#trimmer.push(chunk.pcm);
    const phonemes = chunk.phonemes.map((phoneme) => this.#moved(phoneme));
    const words = chunk.words.flatMap((word) => {
      const placed = place(word);
      if (!placed) return [];
      const { atSample } = this.#moved(word);
      for (const cue of due(placed.start)) this.cue(cue, atSample);
      return [{ ...placed, atSample }];
    });
    this.#isSpelled ||= phonemes.length > 0;
    this.#phonemes = [...this.#phonemes, ...phonemes];
    this.#words = [...this.#words, ...words];
    this.#end += Math.floor((heard.length * sampleRateHz) / this.#rateHz);
    return this.#part(this.#resampler.push(louder(heard, gain)));
  }

  /** Puts a cue at a sample of the utterance, or where its sound ends for now. */
  cue({ kind, name }: Cue, wanted = this.#end): void {
    const atSample = Math.max(this.#atSample, wanted);
    const cue = { kind, name, atSample };
    this.#cues = [...this.#cues, cue].sort((a, b) => a.atSample - b.atSample);
  }

  /** Ends a sentence with silence of its own and of the house, together `pauseMs`. */
  pause(pauseMs: number, isLast = false): SpeechPart {
    const trimmer = this.#trimmer;
    this.#trimmer = undefined;
    const isSounding = trimmer?.isSounding ?? true;
    const tail = trimmer?.end(Math.round((pauseMs * this.#rateHz) / 1000)) ?? new Int16Array(0);
    const sound = [this.#resampler.push(louder(tail, this.#gain)), this.#resampler.flush()];
    const tailMs = (tail.length * 1000) / this.#rateHz;
    const rest = isSounding ? Math.max(0, pauseMs - tailMs) : 0;
    const silence = new Int16Array(Math.round((rest * sampleRateHz) / 1000));
    const pcm = joined(...sound, silence);
    const end = Math.max(0, this.#atSample + pcm.length - 1);
    // Silence is known as such: nobody needs to listen to it.
    if (this.#isSpelled) this.#phonemes = [...this.#phonemes, { atSample: this.#end, ipa: "" }];
    this.#isSpelled = false;
    const bounded = <T extends { atSample: number }>(timed: readonly T[]): T[] =>
      timed.map((one) => ({ ...one, atSample: Math.min(one.atSample, end) }));
    this.#phonemes = bounded(this.#phonemes).sort((a, b) => a.atSample - b.atSample);
    this.#words = bounded(this.#words);
    // An action may be asked for at a moment that the utterance does not reach.
    if (isLast) this.#cues = bounded(this.#cues);
    const part = this.#part(pcm);
    this.#from = this.#atSample;
    this.#end = this.#atSample;
    return part;
  }

  get #resampler(): Resampler {
    const known = this.#resamplers.get(this.#rateHz);
    if (known) return known;
    const made = new Resampler(this.#rateHz, sampleRateHz);
    this.#resamplers.set(this.#rateHz, made);
    return made;
  }

  #part(pcm: Int16Array): SpeechPart {
    const atSample = this.#atSample;
    const until = atSample + pcm.length;
    const isNow = (timed: { readonly atSample: number }) => timed.atSample < until;
    const part = {
      atSample,
      pcm,
      phonemes: this.#phonemes.filter(isNow),
      words: this.#words.filter(isNow),
      cues: this.#cues.filter(isNow),
      ...(this.#says && pcm.length > 0 ? { says: this.#says } : {}),
    };
    if (pcm.length > 0) this.#says = undefined;
    this.#phonemes = this.#phonemes.slice(part.phonemes.length);
    this.#words = this.#words.slice(part.words.length);
    this.#cues = this.#cues.slice(part.cues.length);
    this.#atSample = until;
    return part;
  }

  #moved<T extends { readonly atSample: number }>(timed: T): T {
    const heard = Math.max(0, timed.atSample - (this.#trimmer?.trimmed ?? 0));
    const atSample = this.#from + Math.floor((heard * sampleRateHz) / this.#rateHz);
    return { ...timed, atSample };
  }
}
