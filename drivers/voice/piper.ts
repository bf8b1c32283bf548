import { VoiceError } from "./voice.ts";

/** What stands beside a Piper voice, as far as it is needed to speak. */
export interface PiperConfig {
  readonly rateHz: number;
  /** The voice of espeak-ng whose phonemes the model was trained on. */
  readonly espeakVoice: string;
  /** `text`: the characters themselves are its phonemes. */
  readonly phonemeType: "espeak" | "text";
  readonly ids: ReadonlyMap<string, readonly number[]>;
  readonly speakers: ReadonlyMap<string, number>;
  readonly speakerCount: number;
  readonly noise: number;
  readonly length: number;
  readonly noiseWidth: number;
  /** Samples of one frame of the durations that some models tell. */
  readonly hop: number;
}

/**
 * Reads `FILE.onnx.json`; `source` names it in errors. Throws a VoiceError that gives the JSON
 * Pointer of what is wrong. Source: the files of rhasspy/piper-voices, and Piper's documentation of
 * training (`audio`, `espeak`, `inference`, `phoneme_id_map`, `num_speakers`, `speaker_id_map`).
 */
export function parsePiperConfig(text: string, source: string): PiperConfig {
  const at = new Document(readJson(text, source), source);
  const phonemeType = at.text("/phoneme_type", "espeak");
  if (phonemeType !== "espeak" && phonemeType !== "text") {
    throw at.wrong("/phoneme_type", "espeak or text");
  }
  const ids = at.ids("/phoneme_id_map");
  for (const sign of ["_", "^", "$"]) {
    if (!ids.has(sign)) throw at.wrong(`/phoneme_id_map/${sign}`, "a list of numbers");
  }
  return {
    rateHz: at.number("/audio/sample_rate", { least: 8_000, most: 96_000 }),
    espeakVoice: phonemeType === "text" ? "en-us" : at.text("/espeak/voice"),
    phonemeType,
    ids,
    speakers: at.speakers("/speaker_id_map"),
    speakerCount: at.number("/num_speakers", { least: 1, most: 100_000, usual: 1 }),
    noise: at.number("/inference/noise_scale", { least: 0, most: 10, usual: 0.667 }),
    length: at.number("/inference/length_scale", { least: 0.1, most: 10, usual: 1 }),
    noiseWidth: at.number("/inference/noise_w", { least: 0, most: 10, usual: 0.8 }),
    hop: at.number("/hop_length", { least: 1, most: 4_096, usual: 256 }),
  };
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** Holds where the document says nothing. */
  readonly usual?: number;
}

class Document {
  readonly #root: unknown;
  readonly #source: string;

  constructor(root: unknown, source: string) {
    this.#root = root;
    this.#source = source;
  }

  number(pointer: string, { least, most, usual }: Range): number {
    const value = this.#value(pointer) ?? usual;
    if (typeof value === "number" && value >= least && value <= most) return value;
    throw this.wrong(pointer, `a number from ${least} to ${most}`);
  }

  text(pointer: string, usual?: string): string {
    const value = this.#value(pointer) ?? usual;
    if (typeof value === "string" && value !== "") return value;
    throw this.wrong(pointer, "a text");
  }

  ids(pointer: string): ReadonlyMap<string, readonly number[]> {
    const entries = this.#entries(pointer).map(([sign, ids]) => {
      const list = typeof ids === "number" ? [ids] : ids;
      const isId = (id: unknown) => Number.isInteger(id) && (id as number) >= 0;
      if (Array.isArray(list) && list.length > 0 && list.every(isId)) {
        return [sign.normalize("NFD"), list as number[]] as const;
      }
      throw this.wrong(`${pointer}/${sign}`, "a list of numbers");
    });
    return new Map(entries);
  }

  speakers(pointer: string): ReadonlyMap<string, number> {
    const entries = this.#value(pointer) === undefined ? [] : this.#entries(pointer);
    return new Map(
      entries.map(([name, id]) => {
        if (typeof id === "number" && Number.isInteger(id)) return [name, id] as const;
        throw this.wrong(`${pointer}/${name}`, "a number");
      }),
    );
  }

  wrong(pointer: string, due: string): VoiceError {
    const value = JSON.stringify(this.#value(pointer)) ?? "missing";
    const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
    return failed(`${this.#source}: ${pointer} is ${shown}, it should be ${due}`);
  }

  #entries(pointer: string): [string, unknown][] {
    const value = this.#value(pointer);
    if (typeof value === "object" && value !== null) return Object.entries(value);
    throw this.wrong(pointer, "an object");
  }

  #value(pointer: string): unknown {
    let value = this.#root;
    for (const key of pointer.split("/").slice(1)) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return value;
  }
}

function readJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw failed(`${source} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function failed(what: string): VoiceError {
  return new VoiceError("VOICE_FAILED", `Cannot start the voice: ${what}`);
}
