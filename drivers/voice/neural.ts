import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { VoiceCatalogue } from "./catalogue.ts";
import { guessWords, soundingMoments } from "./guess.ts";
import { EspeakHelper } from "./helper.ts";
import { NeuralThread } from "./neural-thread.ts";
import { type PiperConfig, parsePiperConfig } from "./piper.ts";
import { Reader } from "./reader.ts";
import {
  type SpeakRequest,
  type SpeechChunk,
  type TimedPhoneme,
  type Voice,
  VoiceError,
  type Wish,
} from "./voice.ts";

interface NeuralOptions {
  /** The espeak program, which gives the phonemes. */
  readonly helperPath: string;
  /** Speaks when a request names none; absent: the first. */
  readonly speaker?: string;
}

/**
 * A neural voice of Piper's shape: `file` is the ONNX model, `file`.json its description. espeak-ng
 * gives the phonemes, onnxruntime the sound, a sentence at a time, on a thread of its own. Of
 * models that tell how long each phoneme is, the phonemes' times are known; of others the words'
 * times are guessed from the sound. It takes no pitch. Throws a VoiceError that says what is wrong
 * with the files.
 */
export async function openNeural(file: string, options: NeuralOptions): Promise<Voice> {
  const description = `${file}.json`;
  const text = await readFile(description, "utf8").catch(missing);
  const model = await readFile(file).catch(missing);
  const config = parsePiperConfig(text, description);
  const { speaker } = options;
  if (speaker !== undefined) speakerOf(config, speaker);
  const setup = { file, hasSpeakers: config.speakerCount > 1 };
  await using opened = new AsyncDisposableStack();
  const helper = opened.use(await EspeakHelper.start(options.helperPath));
  const catalogue = new VoiceCatalogue(helper.voices, config.espeakVoice);
  const { identifier, lang } = catalogue.resolve({});
  const thread = await NeuralThread.start(setup).catch((error: Error) => {
    throw new VoiceError("VOICE_FAILED", `Cannot start the voice: ${file}: ${error.message}`);
  });
  const digest = createHash("sha256").update(model).update(text).digest("hex").slice(0, 16);
  const names = { name: `neural ${basename(file)}`, version: `${digest} ${speaker ?? ""}`, lang };
  const reader = new Reader(options.helperPath, helper, identifier);
  opened.move();
  return new NeuralVoice(names, config, { setup, reader, thread, speaker });
}

interface Parts {
  readonly setup: { readonly file: string; readonly hasSpeakers: boolean };
  readonly reader: Reader;
  thread: NeuralThread;
  readonly speaker: string | undefined;
}

class NeuralVoice implements Voice {
  readonly name: string;
  readonly version: string;
  readonly lang: string;
  readonly #config: PiperConfig;
  readonly #parts: Parts;

  constructor(names: Pick<Voice, "name" | "version" | "lang">, config: PiperConfig, parts: Parts) {
    this.name = names.name;
    this.version = names.version;
    this.lang = names.lang;
    this.#config = config;
    this.#parts = parts;
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    const speaker = speakerOf(this.#config, request.voice ?? this.#parts.speaker);
    this.#checkLanguage(request.lang);
    if (abort.aborted || !/[\p{L}\p{N}]/u.test(request.text)) return;
    const signs = await this.#signsOf(request);
    if (abort.aborted) return;
    const { ids, origins, isPartial } = idsOf(signs, this.#config.ids);
    const { noise, length, noiseWidth, rateHz } = this.#config;
    const scales = [noise, length / (request.rate ?? 1), noiseWidth] as const;
    if (this.#parts.thread.isOver) this.#parts.thread = await NeuralThread.start(this.#parts.setup);
    const answer = await this.#parts.thread.ask({ ids, scales, speaker });
    if (abort.aborted) return;
    if (answer.kind !== "sound") {
      const reason = answer.kind === "failed" ? answer.reason : "its thread began anew";
      throw new VoiceError("VOICE_FAILED", `Cannot speak: ${reason}`);
    }
    const { pcm, frames } = answer;
    const phonemes = frames ? phonemesOf(origins, frames, this.#config.hop) : [];
    const inside = phonemes.filter(({ atSample }) => atSample < pcm.length);
    const spoken = inside.filter(({ ipa }) => ipa !== "").map(({ atSample }) => atSample);
    const moments = spoken.length > 0 ? spoken : soundingMoments(pcm, rateHz);
    const words = guessWords(request.text, moments);
    const ignored = ignoredOf(request, isPartial);
    const wishes = ignored.length > 0 ? { ignored } : {};
    yield { pcm, rateHz, phonemes: inside, words, ...wishes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.reader[Symbol.asyncDispose]();
    await this.#parts.thread[Symbol.asyncDispose]();
  }

  async #signsOf({ text, sounds = [] }: SpeakRequest): Promise<readonly Sign[]> {
    if (this.#config.phonemeType === "text") return signsIn(text.toLowerCase(), false);
    const signs: Sign[] = [];
    let from = 0;
    for (const { start, length, ipa } of sounds) {
      signs.push(...signsIn(await this.#parts.reader.read(text.slice(from, start)), false));
      signs.push(...signsIn(` ${ipa} `, true));
      from = start + length;
    }
    signs.push(...signsIn(await this.#parts.reader.read(text.slice(from)), false));
    return signs;
  }

  #checkLanguage(lang: string | undefined): void {
    const first = (tag: string) => tag.toLowerCase().split(/[-_]/u)[0];
    if (lang === undefined || first(lang) === first(this.lang)) return;
    const found = `Cannot speak language ${JSON.stringify(lang)}: this voice does not`;
    throw new VoiceError("UNKNOWN_LANGUAGE", `${found}, it should be ${this.lang}`);
  }
}

/** A code point of the phonemes; `isGiven`: the request named it. */
interface Sign {
  readonly sign: string;
  readonly isGiven: boolean;
}

function signsIn(text: string, isGiven: boolean): Sign[] {
  return [...text.normalize("NFD")].map((sign) => ({ sign, isGiven }));
}

/** Ids with the pad between all of them, as the model was trained, and the sign of each. */
function idsOf(signs: readonly Sign[], map: PiperConfig["ids"]) {
  const pad = map.get("_") ?? [];
  const ids = [...(map.get("^") ?? []), ...pad];
  const origins = ids.map(() => "");
  let isPartial = false;
  for (const { sign, isGiven } of signs) {
    const known = map.get(sign);
    isPartial ||= isGiven && !known && sign !== " ";
    if (!known) continue;
    ids.push(...known, ...pad);
    origins.push(...known.map(() => sign), ...pad.map(() => ""));
  }
  ids.push(...(map.get("$") ?? []));
  return { ids, origins: [...origins, ""], isPartial };
}

/** Letters begin phonemes; marks and pads belong to the one before, signs of a pause end it. */
function phonemesOf(
  origins: readonly string[],
  frames: Float32Array,
  hop: number,
): readonly TimedPhoneme[] {
  const phonemes: TimedPhoneme[] = [];
  let atSample = 0;
  for (const [index, sign] of origins.entries()) {
    if (/\p{L}/u.test(sign) && !/\p{Lm}/u.test(sign)) phonemes.push({ atSample, ipa: sign });
    else if (/[.,;:!?]/u.test(sign)) phonemes.push({ atSample, ipa: "" });
    atSample += Math.round(frames[index] ?? 0) * hop;
  }
  return phonemes;
}

function speakerOf({ speakers, speakerCount }: PiperConfig, name: string | undefined): number {
  if (name === undefined) return 0;
  const known = speakers.get(name);
  if (known !== undefined) return known;
  if (speakerCount > 1 && /^\d+$/u.test(name) && Number(name) < speakerCount) return Number(name);
  const names = [...speakers.keys()].slice(0, 8).join(", ");
  const due = names === "" ? "left out: there is one speaker" : `one of ${names}`;
  throw new VoiceError(
    "UNKNOWN_VOICE",
    `Cannot speak with voice ${JSON.stringify(name)}: no such speaker, it should be ${due}`,
  );
}

function ignoredOf({ pitch }: SpeakRequest, isPartial: boolean): readonly Wish[] {
  const wishes: Wish[] = pitch === undefined ? [] : ["pitch"];
  return isPartial ? [...wishes, "phoneme"] : wishes;
}

function missing(error: NodeJS.ErrnoException): never {
  const fault = error.code === "ENOENT" ? `${error.path} is not there` : error.message;
  const due = "a Piper voice should be FILE.onnx beside FILE.onnx.json";
  throw new VoiceError("VOICE_FAILED", `Cannot start the voice: ${fault}, ${due}`);
}
