import type { Clock } from "../clock/clock.ts";
import { type Decoder, DecoderError, type SoundBlock } from "../decoder/decoder.ts";
import { Pace, RunningWords } from "./running.ts";
import { ServiceFault, type SpeechService } from "./service.ts";
import { type SpeakRequest, type SpeechChunk, type Voice, VoiceError, type Wish } from "./voice.ts";

/** A service is tried anew, or left alone for a while. */
export interface RemoteTrouble {
  readonly kind: "service-retried" | "service-rests";
  readonly reason: string;
}

interface RemoteParts {
  readonly clock: Clock;
  /** Reads what the service sends, unless that is bare samples. */
  readonly decoder: Decoder;
  readonly onTrouble?: (trouble: RemoteTrouble) => void;
}

/**
 * A voice behind an HTTP service of the shape of OpenAI's `/v1/audio/speech`, a request a sentence,
 * its sound given out as it comes in; word times are guessed. A request that fails before its first
 * sound is made again, with growing pauses, up to three times in 5 s; then the service rests for
 * 30 s, during which every text fails at once, so that whoever steps in does so without delay. It
 * takes neither pitch nor sounds.
 */
export class RemoteVoice implements Voice {
  readonly name: string;
  readonly version: string;
  readonly lang: string;
  readonly #service: SpeechService;
  readonly #parts: RemoteParts;
  readonly #pace = new Pace();
  #restsUntilMs = Number.NEGATIVE_INFINITY;
  #lastReason = "";

  constructor(service: SpeechService, parts: RemoteParts) {
    const { model, voice, langs } = service.options;
    this.name = `remote ${model}`;
    this.version = `${service.options.url} ${model} ${voice}`;
    this.lang = langs[0] ?? "en";
    this.#service = service;
    this.#parts = parts;
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    this.#checkLanguage(request);
    if (abort.aborted || !/[\p{L}\p{N}]/u.test(request.text)) return;
    const { clock } = this.#parts;
    if (clock.monotonicMs() < this.#restsUntilMs) {
      throw failed(`the service rests after ${this.#lastReason}`);
    }
    const startMs = clock.monotonicMs();
    for (let attempt = 1; ; attempt++) {
      const given = { any: false };
      try {
        yield* this.#attempt(request, abort, given);
        return;
      } catch (error) {
        if (abort.aborted) return;
        await this.#weigh(error, { attempt, startMs, given: given.any }, abort);
        if (abort.aborted) return;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async *#attempt(
    request: SpeakRequest,
    abort: AbortSignal,
    given: { any: boolean },
  ): AsyncGenerator<SpeechChunk> {
    const ignored = ignoredOf(request);
    let words: RunningWords | undefined;
    for await (const { pcm, rateHz } of this.#blocks(request, abort)) {
      words ??= new RunningWords(request.text, rateHz, this.#pace);
      const chunk = words.add(pcm);
      if (abort.aborted) return;
      if (chunk) yield given.any || ignored.length === 0 ? chunk : { ...chunk, ignored };
      given.any ||= chunk !== undefined;
    }
    if (abort.aborted) return;
    const last = words?.end();
    if (!last && !given.any) throw new ServiceFault("it sent no sound, it should", true);
    if (last) yield last;
  }

  #blocks(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SoundBlock> {
    const { format, rateHz } = this.#service.options;
    const bytes = this.#service.ask(request, abort);
    if (format === "pcm") return samplesOf(bytes, rateHz);
    return this.#parts.decoder.decode(bytes, abort);
  }

  /** Waits before the next attempt, or throws what the caller has to know. */
  async #weigh(
    error: unknown,
    { attempt, startMs, given }: { attempt: number; startMs: number; given: boolean },
    abort: AbortSignal,
  ): Promise<void> {
    if (error instanceof VoiceError) throw error;
    const { clock, onTrouble = () => {} } = this.#parts;
    const reason = reasonOf(error);
    const nowMs = clock.monotonicMs();
    const pauseMs = firstPauseMs * 2 ** (attempt - 1);
    const isWorthIt = error instanceof ServiceFault && error.retryable && !given;
    if (isWorthIt && attempt < attemptsMax && nowMs + pauseMs - startMs < attemptsMsMax) {
      onTrouble({ kind: "service-retried", reason });
      await clock.sleepUntil(nowMs + pauseMs, abort);
      return;
    }
    // A request that the service refuses for itself says nothing about the next one.
    if (!(error instanceof ServiceFault) || error.retryable || given) {
      this.#lastReason = reason;
      this.#restsUntilMs = nowMs + restMs;
      onTrouble({ kind: "service-rests", reason });
    }
    throw failed(given ? `the service broke off in the middle, ${reason}` : reason);
  }

  #checkLanguage({ lang }: SpeakRequest): void {
    const { langs } = this.#service.options;
    const [language = ""] = lang?.toLowerCase().split(/[-_]/u) ?? [];
    const isSpoken = (one: string) => one.toLowerCase().split(/[-_]/u)[0] === language;
    if (lang === undefined || langs.length === 0 || langs.some(isSpoken)) return;
    const found = `Cannot speak language ${JSON.stringify(lang)}: the service is not set up for it`;
    throw new VoiceError("UNKNOWN_LANGUAGE", `${found}, it should be one of ${langs.join(", ")}`);
  }
}

const attemptsMax = 3;
const attemptsMsMax = 5_000;
const firstPauseMs = 200;
const restMs = 30_000;

async function* samplesOf(
  bytes: AsyncIterable<Uint8Array>,
  rateHz: number,
): AsyncGenerator<SoundBlock> {
  let rest: Uint8Array = new Uint8Array(0);
  let isFirst = true;
  for await (const block of bytes) {
    if (isFirst) checkBare(block);
    isFirst = false;
    const all = new Uint8Array(rest.length + block.length);
    all.set(rest);
    all.set(block, rest.length);
    const whole = all.length - (all.length % 2);
    rest = all.slice(whole);
    const pcm = new Int16Array(whole / 2);
    const view = new DataView(all.buffer);
    for (let at = 0; at < pcm.length; at++) pcm[at] = view.getInt16(at * 2, true);
    if (pcm.length > 0) yield { rateHz, pcm };
  }
}

/** A file in place of samples would be heard as a scream. */
function checkBare(bytes: Uint8Array): void {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  const isFile = /^(?:RIFF|OggS|fLaC|ID3|<htm|<!DO)/iu.test(start) || /^\{"/u.test(start);
  if (!isFile) return;
  const is = `the service sent a file that begins ${JSON.stringify(start)}`;
  const due = "it should send bare samples, or voice.service.format should name the file's";
  throw new ServiceFault(`${is}, ${due}`, false);
}

function ignoredOf({ pitch, sounds = [] }: SpeakRequest): readonly Wish[] {
  const wishes: Wish[] = pitch === undefined ? [] : ["pitch"];
  return sounds.length > 0 ? [...wishes, "phoneme"] : wishes;
}

function reasonOf(error: unknown): string {
  if (error instanceof ServiceFault || error instanceof DecoderError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

function failed(reason: string): VoiceError {
  return new VoiceError("VOICE_FAILED", `Cannot speak: ${reason}`);
}
