import { sampleRateHz } from "../../config/sound.ts";
import type { SpeakRequest, SpeechChunk, TimedWord, Voice } from "../../drivers/voice/voice.ts";
import { languageOf } from "./language.ts";
import { normalise, type Reading } from "./normalise.ts";
import { Resampler } from "./resample.ts";
import { LeadTrimmer } from "./trim.ts";
import type { SpeechPart } from "./utterance.ts";

/**
 * Text to parts of an utterance, as the voice gives them: written out for the voice, spoken,
 * brought to 48 kHz, words placed in the original text again. Silence at the start is cut to 30 ms,
 * so that sound starts early; SSML keeps its own, which may be meant. Ends early, without an error,
 * on `abort`; throws the voice's VoiceError.
 */
export async function* prepare(
  voice: Voice,
  request: SpeakRequest,
  abort: AbortSignal,
): AsyncGenerator<SpeechPart> {
  const lang = languageOf(request, voice.lang);
  const reading = normalise(request, lang);
  const pieces = new PartMaker(voice.rateHz, reading, request.kind === "text");
  const spoken = request.voice === undefined ? { ...request, lang } : request;
  for await (const chunk of voice.speak({ ...spoken, text: reading.text }, abort)) {
    const part = pieces.add(chunk);
    if (part.pcm.length > 0) yield part;
    if (abort.aborted) return;
  }
  const last = pieces.last();
  if (last.pcm.length > 0 && !abort.aborted) yield last;
}

type Timed = SpeechPart["phonemes"][number] | TimedWord;

class PartMaker {
  readonly #resampler: Resampler;
  readonly #trimmer: LeadTrimmer;
  readonly #scale: number;
  readonly #reading: Reading;
  #atSample = 0;
  #phonemes: SpeechPart["phonemes"] = [];
  #words: SpeechPart["words"] = [];
  #lastOrigin = -1;

  constructor(rateHz: number, reading: Reading, isTrimmed: boolean) {
    this.#resampler = new Resampler(rateHz, sampleRateHz);
    this.#trimmer = new LeadTrimmer(isTrimmed ? rateHz : Infinity);
    this.#scale = sampleRateHz / rateHz;
    this.#reading = reading;
  }

  add(chunk: SpeechChunk): SpeechPart {
    const heard = this.#trimmer.push(chunk.pcm);
    const phonemes = chunk.phonemes.map((phoneme) => this.#moved(phoneme));
    const words = chunk.words
      .filter(({ start }) => this.#isNew(start))
      .map((word) => this.#placed(word));
    this.#phonemes = [...this.#phonemes, ...phonemes];
    this.#words = [...this.#words, ...words];
    return this.#part(this.#resampler.push(heard));
  }

  last(): SpeechPart {
    return this.#part(this.#resampler.flush());
  }

  /** The filter holds some samples back: what begins in those waits for the next part. */
  #part(pcm: Int16Array): SpeechPart {
    const atSample = this.#atSample;
    const until = atSample + pcm.length;
    const isNow = (timed: Timed) => timed.atSample < until;
    const part = {
      atSample,
      pcm,
      phonemes: this.#phonemes.filter(isNow),
      words: this.#words.filter(isNow),
      cues: [],
    };
    this.#phonemes = this.#phonemes.slice(part.phonemes.length);
    this.#words = this.#words.slice(part.words.length);
    this.#atSample = until;
    return part;
  }

  #moved<T extends Timed>(timed: T): T {
    const atSample = Math.max(0, timed.atSample - this.#trimmer.trimmed) * this.#scale;
    return { ...timed, atSample: Math.floor(atSample) };
  }

  /** Several words that were written out of one place count as one: the first. */
  #isNew(start: number): boolean {
    const { start: origin } = this.#reading.origin(start, 1);
    const isNew = origin > this.#lastOrigin;
    if (isNew) this.#lastOrigin = origin;
    return isNew;
  }

  #placed(word: TimedWord): TimedWord {
    return { ...this.#moved(word), ...this.#reading.origin(word.start, word.length) };
  }
}
