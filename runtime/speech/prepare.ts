import { sampleRateHz } from "../../config/sound.ts";
import type {
  SpeakRequest,
  SpeechChunk,
  TimedWord,
  Voice,
  Wish,
} from "../../drivers/voice/voice.ts";
import { languageOf } from "./language.ts";
import { normalise, type Reading } from "./normalise.ts";
import { PartMaker } from "./parts.ts";
import { type Manner, type PlacedCue, type Run, runsOf, type Speech } from "./script.ts";
import { type Sentence, sentencesOf } from "./sentences.ts";
import type { SpeechPart } from "./utterance.ts";

/**
 * Text to parts of an utterance, as the voice gives them: written out for the voice, said sentence
 * by sentence, brought to 48 kHz, words, marks and actions placed. Pauses are the house's, the same
 * with every engine. What the engine leaves aside goes to `onIgnored`. Ends early, without an
 * error, on `abort`; throws the voice's VoiceError, and the XmlFault of broken SSML.
 */
export async function* prepare(
  voice: Voice,
  speech: Speech,
  abort: AbortSignal,
  onIgnored: (wish: Wish) => void = () => {},
): AsyncGenerator<SpeechPart> {
  const saying = new Saying(voice, abort, onIgnored, speech.sentences);
  for (const { name, at } of speech.actions ?? []) {
    saying.parts.cue({ kind: "action", name }, Math.round((at * sampleRateHz) / 1000));
  }
  const runs = runsOf(speech);
  for (const [index, run] of runs.entries()) {
    for await (const part of saying.run(run, index === runs.length - 1)) {
      if (part.pcm.length > 0) yield part;
      if (abort.aborted) return;
    }
    if (abort.aborted) return;
  }
}

/** Behind the last word the mouth shuts in silence. */
const lastPauseMs = 60;

class Saying {
  readonly parts = new PartMaker();
  readonly #voice: Voice;
  readonly #abort: AbortSignal;
  readonly #onIgnored: (wish: Wish) => void;
  readonly #sentences: string | undefined;
  #lastOrigin = -1;

  constructor(
    voice: Voice,
    abort: AbortSignal,
    onIgnored: (wish: Wish) => void,
    sentences: string | undefined,
  ) {
    this.#voice = voice;
    this.#abort = abort;
    this.#onIgnored = onIgnored;
    this.#sentences = sentences;
  }

  async *run(run: Run, isLast: boolean): AsyncGenerator<SpeechPart> {
    const { manner, pieces, pauseMs } = run;
    const text = pieces.map((piece) => piece.text).join("");
    const lang = languageOf({ ...manner, text }, this.#voice.lang);
    const reading = normalise(pieces, lang);
    const cues = [...run.cues];
    const sentences = sentencesOf(reading.text, lang);
    for (const [index, sentence] of sentences.entries()) {
      const request = requestOf(reading, sentence, { ...manner, lang }, manner);
      let isFirst = true;
      const name = this.#sentences;
      if (name !== undefined) this.parts.cue({ kind: "mark", name });
      for await (const chunk of this.#voice.speak(request, this.#abort)) {
        if (isFirst && chunk.phonemes.length === 0) this.parts.says({ text: request.text, lang });
        isFirst = false;
        for (const wish of chunk.ignored ?? []) this.#onIgnored(wish);
        yield this.#add(chunk, { reading, from: sentence.start, gain: manner.gain, cues });
      }
      if (this.#abort.aborted) return;
      const isRunEnd = index === sentences.length - 1;
      if (isRunEnd) for (const cue of cues.splice(0)) this.parts.cue(cue);
      const own = isRunEnd && isLast ? lastPauseMs : sentence.pauseMs / manner.rate;
      yield this.parts.pause(isRunEnd ? (pauseMs ?? own) : own, isRunEnd && isLast);
    }
    for (const cue of cues) this.parts.cue(cue);
    if (sentences.length === 0) yield this.parts.pause(pauseMs ?? (isLast ? 1 : 0), isLast);
  }

  #add(
    chunk: SpeechChunk,
    on: { reading: Reading; from: number; gain: number; cues: PlacedCue[] },
  ): SpeechPart {
    const { reading, from, gain, cues } = on;
    return this.parts.add(chunk, {
      gain,
      place: ({ start, length }: TimedWord) => {
        const placed = reading.origin(from + start, length);
        // Several words that were written out of one place count as one: the first.
        if (placed.start <= this.#lastOrigin) return undefined;
        this.#lastOrigin = placed.start;
        return placed;
      },
      due: (start) => cues.splice(0, cues.filter(({ at }) => at <= start).length),
    });
  }
}

/** The sentence as the voice is asked for it; wishes only where there are any. */
function requestOf(
  reading: Reading,
  { start, end }: Sentence,
  { lang, rate, pitch }: Manner,
  asked: Manner,
): SpeakRequest {
  const { voice } = asked;
  // A voice by name keeps its own language unless the job names one.
  const spoken = voice === undefined ? lang : asked.lang;
  const inside = reading.sounds.filter((one) => one.start >= start && one.start < end);
  const sounds = inside.map((one) => ({ ...one, start: one.start - start }));
  return {
    text: reading.text.slice(start, end),
    ...(voice === undefined ? {} : { voice }),
    ...(spoken === undefined ? {} : { lang: spoken }),
    ...(rate === 1 ? {} : { rate }),
    ...(pitch === 1 ? {} : { pitch }),
    ...(sounds.length === 0 ? {} : { sounds }),
  };
}
