import assert from "node:assert/strict";
import { VoiceCatalogue } from "./catalogue.ts";
import { ChunkBuilder } from "./chunks.ts";
import { EspeakHelper } from "./helper.ts";
import { type Spelling, spell } from "./spelling.ts";
import { type SpeakRequest, type SpeechChunk, type Voice, VoiceError, type Wish } from "./voice.ts";

interface EspeakOptions {
  /** Speaks when a request leaves it open, e.g. `en-us+f3`. */
  readonly voice?: string;
}

/**
 * espeak-ng, as the separate program at `helperPath` (built from espeak.c): all its languages and
 * variants, phoneme and word times, one chunk a clause. The program stays warm between texts; when
 * it dies, the text at hand fails with VOICE_FAILED and the next one starts it again. Throws a
 * VoiceError when it cannot be started or `options.voice` is unknown.
 */
export async function openEspeak(helperPath: string, options: EspeakOptions = {}): Promise<Voice> {
  const helper = await EspeakHelper.start(helperPath);
  try {
    return new EspeakVoice(helperPath, helper, options.voice ?? "en-us");
  } catch (error) {
    await helper[Symbol.asyncDispose]();
    throw error;
  }
}

interface Session {
  readonly helper: EspeakHelper;
  readonly abort: AbortSignal;
  /** Nothing of this text is still to come from the program. */
  over: boolean;
}

class EspeakVoice implements Voice {
  readonly name = "espeak-ng";
  readonly version: string;
  readonly lang: string;
  readonly #path: string;
  readonly #catalogue: VoiceCatalogue;
  #helper: EspeakHelper | undefined;
  #session: Session | undefined;

  constructor(path: string, helper: EspeakHelper, preferred: string) {
    this.#path = path;
    this.#helper = helper;
    this.#catalogue = new VoiceCatalogue(helper.voices, preferred);
    this.version = `${helper.version} ${preferred}`;
    this.lang = this.#catalogue.resolve({}).lang;
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    const { identifier } = this.#catalogue.resolve(request);
    await this.#finishLast();
    if (abort.aborted) return;
    const session = { helper: await this.#warm(), abort, over: false };
    this.#session = session;
    const stop = () => session.helper.stop();
    abort.addEventListener("abort", stop, { once: true });
    const spelling = spell(request);
    const ignored: Wish[] = spelling.isPartial ? ["phoneme"] : [];
    if (kanaAlone.test(identifier) && kanji.test(request.text)) ignored.push("script");
    const { rate, pitch } = request;
    try {
      session.helper.say(spelling.text, identifier, { rate, pitch, spelled: spelling.spelled });
      yield* chunksOf(session, spelling, ignored);
    } finally {
      abort.removeEventListener("abort", stop);
      if (!session.over) {
        if (!abort.aborted) stop();
        await drain(session);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#helper?.[Symbol.asyncDispose]();
    this.#helper = undefined;
  }

  /** An aborted text whose reader never came back still has answers in the pipe. */
  async #finishLast(): Promise<void> {
    const last = this.#session;
    if (!last || last.over) return;
    assert(last.abort.aborted, "a voice speaks one text at a time");
    await drain(last);
  }

  async #warm(): Promise<EspeakHelper> {
    if (!this.#helper?.alive) this.#helper = await EspeakHelper.start(this.#path);
    return this.#helper;
  }
}

/** Of Japanese espeak-ng reads kana; of each kanji it says that it is one. */
const kanaAlone = /\/ja$/u;
const kanji = /\p{Script=Han}/u;

async function* chunksOf(
  session: Session,
  spelling: Spelling,
  wishes: readonly Wish[],
): AsyncGenerator<SpeechChunk> {
  const { helper, abort } = session;
  const chunks = new ChunkBuilder(helper.rateHz, spelling.text);
  let ignored: Pick<SpeechChunk, "ignored"> = wishes.length > 0 ? { ignored: wishes } : {};
  while (!session.over && !abort.aborted) {
    const frame = await helper.next();
    session.over = !frame || frame.kind === "e" || frame.kind === "x";
    if (abort.aborted) return;
    if (!frame) throw new VoiceError("VOICE_FAILED", `Cannot speak: ${helper.ending()}`);
    if (frame.kind === "x") throw new VoiceError("VOICE_FAILED", `Cannot speak: ${frame.payload}`);
    const chunk = session.over ? chunks.rest() : chunks.add(frame);
    if (!chunk) continue;
    yield { ...chunk, words: chunk.words.map(spelling.placeOf), ...ignored };
    ignored = {};
  }
}

/** Reads the rest of a stopped text away, up to its end or the program's. */
async function drain(session: Session): Promise<void> {
  while (!session.over) {
    const frame = await session.helper.next();
    session.over = !frame || frame.kind === "e" || frame.kind === "x";
  }
}
