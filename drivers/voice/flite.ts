import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { promisify } from "node:util";
import { joined } from "../../config/sound.ts";
import type { Decoder } from "../decoder/decoder.ts";
import { guessWords } from "./guess.ts";
import { ipaOf } from "./radio.ts";
import {
  type SpeakRequest,
  type SpeechChunk,
  type TimedPhoneme,
  type Voice,
  VoiceError,
  type Wish,
} from "./voice.ts";

interface FliteOptions {
  /** Speaks when a request leaves it open: kal16, slt, awb, rms; default slt. */
  readonly voice?: string;
  /** The program; default `flite`, as in the package of that name. */
  readonly program?: string;
}

/**
 * flite, as Debian's program, one run a sentence: English only, phoneme times by `-psdur`, word
 * times guessed from them. It cannot take sounds. Throws a VoiceError when the program is missing
 * or has no such voice.
 */
export async function openFlite(decoder: Decoder, options: FliteOptions = {}): Promise<Voice> {
  const { voice = "slt", program = "flite" } = options;
  const said = await promisify(execFile)(program, ["-lv"], { timeout: startMsMax }).catch(
    (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === "ENOENT";
      const reason = isMissing ? `${program} is not there` : error.message.split("\n")[0];
      const due = "the package flite should be installed";
      throw new VoiceError("VOICE_FAILED", `Cannot start the voice: ${reason}, ${due}`);
    },
  );
  const voices = /^Voices available:(.*)$/mu.exec(said.stdout)?.[1]?.trim().split(/\s+/u) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-flite-"));
  const flite = new FliteVoice({ program, folder, decoder }, voices, voice);
  try {
    flite.check({ voice });
    return flite;
  } catch (error) {
    await flite[Symbol.asyncDispose]();
    throw error;
  }
}

const startMsMax = 5_000;
/** Ten times what the slowest voice needs for the longest sentence. */
const sentenceMsMax = 30_000;

interface Place {
  readonly program: string;
  /** For its sound: flite opens what it writes to by name, and a socket has none. */
  readonly folder: string;
  /** Reads that sound, which is WAV. */
  readonly decoder: Decoder;
}

class FliteVoice implements Voice {
  readonly name = "flite";
  readonly version: string;
  readonly lang = "en-US";
  readonly #place: Place;
  readonly #voices: readonly string[];
  readonly #preferred: string;

  #files = 0;

  constructor(place: Place, voices: readonly string[], preferred: string) {
    this.#place = place;
    this.#voices = voices;
    this.#preferred = preferred;
    this.version = preferred;
  }

  /** Throws a VoiceError that names what there is instead. */
  check({ voice, lang }: Pick<SpeakRequest, "voice" | "lang">): void {
    if (voice !== undefined && !this.#voices.includes(voice)) {
      throw new VoiceError(
        "UNKNOWN_VOICE",
        `Cannot speak with voice ${JSON.stringify(voice)}: flite has no such voice, ` +
          `it should be one of ${this.#voices.join(", ")}`,
      );
    }
    if (lang === undefined || /^en(?:[-_]|$)/iu.test(lang)) return;
    const found = `Cannot speak language ${JSON.stringify(lang)}: flite speaks English`;
    throw new VoiceError("UNKNOWN_LANGUAGE", `${found}, it should be en`);
  }

  async *speak(request: SpeakRequest, abort: AbortSignal): AsyncIterable<SpeechChunk> {
    this.check(request);
    const { spoken, isPartial } = plain(request.text);
    if (abort.aborted) return;
    if (!/[a-z0-9]/iu.test(spoken)) {
      if (isPartial) throw unreadable();
      return;
    }
    const voice = request.voice ?? this.#preferred;
    const said = await this.#run(spoken, { ...request, voice }, abort);
    if (!said) return;
    const { pcm, rateHz, durations } = said;
    const phonemes = phonemesOf(durations, pcm.length, rateHz);
    const moments = phonemes.filter(({ ipa }) => ipa !== "").map(({ atSample }) => atSample);
    const words = guessWords(request.text, moments);
    const ignored = [...ignoredOf(request, voice), ...(isPartial ? (["script"] as const) : [])];
    yield { pcm, rateHz, phonemes, words, ...(ignored.length > 0 ? { ignored } : {}) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#place.folder, { recursive: true, force: true });
  }

  async #run(text: string, request: SpeakRequest & { voice: string }, abort: AbortSignal) {
    const file = join(this.#place.folder, `${this.#files++}.wav`);
    const args = [...argumentsOf(text, request), "-o", file];
    const signal = AbortSignal.any([abort, AbortSignal.timeout(sentenceMsMax)]);
    const child = spawn(this.#place.program, args, { stdio: ["ignore", "pipe", "pipe"], signal });
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, by) => resolve(code === 0 ? "" : (by ?? `exit status ${code}`)));
    });
    const output = [ended, textOf(child.stdout), textOf(child.stderr)] as const;
    const [failure, durations, complaint] = await Promise.all(output);
    const bytes = await readFile(file).catch(() => undefined);
    await rm(file, { force: true });
    if (abort.aborted) return undefined;
    if (failure !== "") throw failed(`flite ended with ${failure}`, complaint);
    if (!bytes) throw failed("flite gave no sound", complaint);
    const { decoder } = this.#place;
    const blocks = await Array.fromAsync(decoder.decode(only(bytes), abort));
    if (abort.aborted) return undefined;
    const pcm = joined(...blocks.map((block) => block.pcm));
    return { pcm, rateHz: blocks[0]?.rateHz ?? 0, durations };
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function argumentsOf(text: string, { voice, rate, pitch }: SpeakRequest & { voice: string }) {
  const stretch = rate === undefined ? [] : ["--setf", `duration_stretch=${1 / rate}`];
  const shift = pitch === undefined ? [] : ["--setf", `f0_shift=${pitch}`];
  return ["-voice", voice, ...stretch, ...shift, "-psdur", "-t", text];
}

/** rms has no model of pitch that listens to `f0_shift`. */
function ignoredOf({ pitch, sounds = [] }: SpeakRequest, voice: string): readonly Wish[] {
  const isDeaf = pitch !== undefined && voice === "rms";
  return [...(isDeaf ? (["pitch"] as const) : []), ...(sounds[0] ? (["phoneme"] as const) : [])];
}

/** `pau:0.220 g:0.321 ...`: each phone with the second it ends; kal16 counts past its sound. */
function phonemesOf(durations: string, samples: number, rateHz: number): TimedPhoneme[] {
  let startS = 0;
  const phonemes: TimedPhoneme[] = [];
  for (const [, phone = "", endS] of durations.matchAll(/(\S+):(\d+\.\d+)/gu)) {
    const atSample = Math.round(startS * rateHz);
    const ipa = ipaOf(phone);
    if (ipa !== undefined && atSample < samples) phonemes.push({ atSample, ipa });
    startS = Number(endS);
  }
  return phonemes;
}

/** flite reads ASCII: letters lose their accents, signs become spaces, other scripts are lost. */
function plain(text: string): { readonly spoken: string; readonly isPartial: boolean } {
  const folded = text.replaceAll("ß", "ss").replaceAll(/[‘’]/gu, "'").normalize("NFD");
  const bare = folded.replaceAll(/\p{M}/gu, "");
  const spoken = bare.replaceAll(/[^\x20-\x7e]/gu, " ");
  return { spoken, isPartial: /(?![a-z])\p{L}/iu.test(bare) };
}

function unreadable(): VoiceError {
  const due = "the text should have some";
  return new VoiceError("UNKNOWN_LANGUAGE", `Cannot speak: flite reads Latin letters, ${due}`);
}

function failed(reason: string, complaint: string): VoiceError {
  const said = complaint.trim() === "" ? "" : `, it said ${JSON.stringify(complaint.trim())}`;
  return new VoiceError("VOICE_FAILED", `Cannot speak: ${reason}${said}`);
}
