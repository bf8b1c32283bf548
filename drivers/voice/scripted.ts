import type { Clock } from "../clock/clock.ts";
import {
  type SpeakRequest,
  type SpeechChunk,
  type TimedWord,
  type Voice,
  VoiceError,
} from "./voice.ts";

/** What a scripted voice does besides speaking well. */
interface VoiceScript {
  /** Time before each first chunk, by the clock; default 0. */
  readonly delayMs?: number;
  /** Fails with VOICE_FAILED instead of giving this chunk, counted from 0; default never. */
  readonly failAtChunk?: number;
  /** Begins each text again when it is at its end, for ever. */
  readonly endless?: boolean;
}

/** Tone and pause of every word, and the pause that ends a sentence besides. */
export const scriptedRhythm = { toneMs: 240, pauseMs: 80, sentencePauseMs: 320 } as const;

/**
 * A voice that hums: one tone a word, with exact times, one chunk a sentence; faster or higher as
 * it is asked, and deaf to given sounds. It speaks `en`, `de` and `cmn` and has the one voice
 * `hum`. For tests and for boards without espeak-ng; equal requests give equal samples.
 */
export class ScriptedVoice implements Voice {
  readonly name = "scripted";
  readonly version = "1";
  readonly lang = "en";
  readonly #clock: Clock;
  readonly #script: VoiceScript;

  constructor(clock: Clock, script: VoiceScript = {}) {
    this.#clock = clock;
    this.#script = script;
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    assertKnown(request);
    await this.#clock.sleepUntil(this.#clock.monotonicMs() + (this.#script.delayMs ?? 0), abort);
    const sentences = sentencesOf(request.text);
    const { rate = 1, pitch = 1, sounds = [] } = request;
    const ignored = sounds.length > 0 ? ({ ignored: ["phoneme"] } as const) : {};
    let index = 0;
    let atSample = 0;
    for (;;) {
      for (const words of sentences) {
        if (abort.aborted) return;
        if (index++ === this.#script.failAtChunk) {
          throw new VoiceError("VOICE_FAILED", "Cannot speak: the script says so");
        }
        const chunk = hum(words, atSample, { rate, pitch });
        yield { ...chunk, ...(atSample === 0 ? ignored : {}) };
        atSample += chunk.pcm.length;
      }
      if (!this.#script.endless || sentences.length === 0) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const languages = ["en", "de", "cmn"];
const rateHz = 22_050;
const toneHz = 200;
const tonePeak = 12_000;

type Place = Omit<TimedWord, "atSample">;

function assertKnown({ voice, lang }: SpeakRequest): void {
  if (voice !== undefined && voice !== "hum") {
    throw new VoiceError(
      "UNKNOWN_VOICE",
      `Cannot speak with voice ${JSON.stringify(voice)}: no such voice, it should be hum`,
    );
  }
  if (lang !== undefined && !languages.includes(lang.toLowerCase().split("-")[0] ?? "")) {
    throw new VoiceError(
      "UNKNOWN_LANGUAGE",
      `Cannot speak language ${JSON.stringify(lang)}: no voice speaks it, ` +
        `it should be one of ${languages.join(", ")}`,
    );
  }
}

function sentencesOf(text: string): Place[][] {
  const sentences: Place[][] = [];
  for (const sentence of text.matchAll(/[^.!?。！？]+[.!?。！？]*/gu)) {
    const words = [...sentence[0].matchAll(/\p{Script=Han}|[^\s\p{P}\p{Cc}\p{Script=Han}]+/gu)];
    const places = words.map((word) => ({
      start: sentence.index + word.index,
      length: word[0].length,
    }));
    if (places.length > 0) sentences.push(places);
  }
  return sentences;
}

function hum(
  words: readonly Place[],
  from: number,
  { rate, pitch }: { rate: number; pitch: number },
): SpeechChunk {
  const samples = (ms: number) => Math.round((ms * rateHz) / 1000 / rate);
  const tone = samples(scriptedRhythm.toneMs);
  const step = tone + samples(scriptedRhythm.pauseMs);
  const pcm = new Int16Array(words.length * step + samples(scriptedRhythm.sentencePauseMs));
  const starts = words.map((_, index) => index * step);
  for (const start of starts) {
    for (let at = 0; at < tone; at++) {
      // Without the ramps of 5 ms the tone would click at both ends.
      const ramp = Math.min(1, at / samples(5), (tone - at) / samples(5));
      pcm[start + at] = tonePeak * ramp * Math.sin((2 * Math.PI * toneHz * pitch * at) / rateHz);
    }
  }
  return {
    pcm,
    rateHz,
    phonemes: starts.flatMap((start) => [
      { atSample: from + start, ipa: "a" },
      { atSample: from + start + tone, ipa: "" },
    ]),
    words: words.map((word, index) => ({ ...word, atSample: from + index * step })),
  };
}
