import { sampleRateHz } from "../../config/sound.ts";
import type { SoundBlock } from "../../drivers/decoder/decoder.ts";
import { PacedWords } from "./paced.ts";
import { Resampler } from "./resample.ts";
import type { SpeechPart, SpokenText, TimedCue } from "./utterance.ts";

/** What is known of a sound besides its samples. */
export interface SoundNotes {
  /** What is said in it, for captions; `""` when nobody knows. */
  readonly text: string;
  /** What the avatar does, at milliseconds after the first sample. */
  readonly actions: readonly { readonly name: string; readonly at: number }[];
  /** The same for the mouth, of sound that is there as a whole. */
  readonly says?: SpokenText;
}

/**
 * Sound to parts of an utterance, block by block as it comes, brought to 48 kHz. Nobody knows its
 * phonemes: the mouth listens. Words for captions are placed by how long people take to say them.
 */
export async function* soundParts(
  blocks: AsyncIterable<SoundBlock>,
  notes: SoundNotes,
): AsyncGenerator<SpeechPart> {
  let resampler: Resampler | undefined;
  const utterance = new SoundParts(notes);
  for await (const { rateHz, pcm } of blocks) {
    resampler ??= new Resampler(rateHz, sampleRateHz);
    const part = utterance.next(resampler.push(pcm));
    if (part) yield part;
  }
  const last = resampler && utterance.next(resampler.flush());
  if (last) yield last;
}

class SoundParts {
  readonly #words: PacedWords;
  readonly #says: SpokenText | undefined;
  #cues: readonly TimedCue[];
  #atSample = 0;

  constructor({ text, actions, says }: SoundNotes) {
    this.#words = new PacedWords(text);
    this.#says = says;
    this.#cues = actions
      .map(({ name, at }) => ({
        kind: "action" as const,
        name,
        atSample: Math.round((at * sampleRateHz) / 1000),
      }))
      .sort((a, b) => a.atSample - b.atSample);
  }

  next(pcm: Int16Array): SpeechPart | undefined {
    if (pcm.length === 0) return undefined;
    const atSample = this.#atSample;
    this.#atSample += pcm.length;
    const cues = this.#cues.filter((cue) => cue.atSample < this.#atSample);
    this.#cues = this.#cues.slice(cues.length);
    const words = this.#words.heard(pcm, atSample);
    const part = { atSample, pcm, phonemes: [], words, cues };
    return this.#says && atSample === 0 ? { ...part, says: this.#says } : part;
  }
}
