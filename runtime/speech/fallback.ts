import {
  type SpeakRequest,
  type SpeechChunk,
  type TimedPhoneme,
  type TimedWord,
  type Voice,
  VoiceError,
} from "../../drivers/voice/voice.ts";
import { Resampler } from "./resample.ts";

/**
 * A voice that may fail, with another that steps in: sentence by sentence, so that a text goes on
 * where the first one broke off; a sentence that had begun is said again from its start. The job is
 * told by `voice` among what is ignored. A voice asked for by name that the second one does not
 * know is replaced by the second one's own.
 */
export class FallbackVoice implements Voice {
  readonly name: string;
  readonly version: string;
  readonly lang: string;
  readonly #first: Voice;
  readonly #second: Voice;
  readonly #onChange: (reason: string | undefined) => void;

  /** `onChange` is told for each sentence: why the second voice says it; undefined: the first. */
  constructor(first: Voice, second: Voice, onChange: (reason: string | undefined) => void) {
    this.name = `${first.name}, else ${second.name}`;
    this.version = first.version;
    this.lang = first.lang;
    this.#first = first;
    this.#second = second;
    this.#onChange = onChange;
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    const given = { samples: 0, rateHz: 0 };
    try {
      for await (const chunk of this.#first.speak(request, abort)) {
        given.samples += chunk.pcm.length;
        given.rateHz = chunk.rateHz;
        yield chunk;
      }
      if (given.samples > 0) this.#onChange(undefined);
    } catch (error) {
      if (!(error instanceof VoiceError)) throw error;
      yield* this.#instead(request, abort, { error, ...given });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#first[Symbol.asyncDispose]();
    await this.#second[Symbol.asyncDispose]();
  }

  async *#instead(
    request: SpeakRequest,
    abort: AbortSignal,
    { error, samples, rateHz }: { error: VoiceError; samples: number; rateHz: number },
  ): AsyncGenerator<SpeechChunk> {
    let join: Joint | undefined;
    for await (const chunk of this.#say(request, abort, error)) {
      // Only now: had the second one failed too, the job would have been told of it.
      if (!join) this.#onChange(error.message);
      const isFirst = join === undefined;
      join ??= new Joint(samples, rateHz || chunk.rateHz, chunk.rateHz);
      const joined = join.add(chunk);
      const ignored = [...(chunk.ignored ?? []), "voice"] as const;
      yield isFirst ? { ...joined, ignored } : joined;
    }
    const rest = join?.end();
    if (rest && rest.pcm.length > 0) yield rest;
  }

  /** By the voice asked for where the second one has it. Both failing, the first one's reason. */
  async *#say(
    request: SpeakRequest,
    abort: AbortSignal,
    error: VoiceError,
  ): AsyncGenerator<SpeechChunk> {
    const { voice, ...own } = request;
    try {
      yield* this.#second.speak(request, abort);
    } catch (second) {
      if (!(second instanceof VoiceError)) throw second;
      if (second.code === "UNKNOWN_LANGUAGE" || error.code === "UNKNOWN_VOICE") throw error;
      if (second.code !== "UNKNOWN_VOICE" || voice === undefined) throw second;
      yield* this.#second.speak(own, abort);
    }
  }
}

/** Brings the second voice to the rate of what the first one had given, and behind it. */
class Joint {
  readonly #resampler: Resampler | undefined;
  readonly #rateHz: number;
  readonly #scale: number;
  readonly #from: number;
  #atSample: number;
  #phonemes: TimedPhoneme[] = [];
  #words: TimedWord[] = [];

  constructor(from: number, rateHz: number, ownHz: number) {
    this.#from = from;
    this.#atSample = from;
    this.#rateHz = rateHz;
    this.#scale = rateHz / ownHz;
    this.#resampler = rateHz === ownHz ? undefined : new Resampler(ownHz, rateHz);
  }

  add({ pcm, phonemes, words }: SpeechChunk): SpeechChunk {
    this.#phonemes.push(...phonemes.map((one) => this.#moved(one)));
    this.#words.push(...words.map((one) => this.#moved(one)));
    return this.#chunk(this.#resampler?.push(pcm) ?? pcm);
  }

  end(): SpeechChunk {
    return this.#chunk(this.#resampler?.flush() ?? new Int16Array(0));
  }

  #moved<T extends { readonly atSample: number }>(timed: T): T {
    return { ...timed, atSample: this.#from + Math.floor(timed.atSample * this.#scale) };
  }

  #chunk(pcm: Int16Array): SpeechChunk {
    const until = this.#atSample + pcm.length;
    const isNow = ({ atSample }: { readonly atSample: number }) => atSample < until;
    const phonemes = this.#phonemes.filter(isNow);
    const words = this.#words.filter(isNow);
    this.#phonemes = this.#phonemes.slice(phonemes.length);
    this.#words = this.#words.slice(words.length);
    this.#atSample = until;
    return { pcm, rateHz: this.#rateHz, phonemes, words };
  }
}
