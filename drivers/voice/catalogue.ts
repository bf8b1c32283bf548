import { type SpeakRequest, VoiceError } from "./voice.ts";

/** One voice or variant as the library lists it. */
export interface VoiceEntry {
  /** Path in the library's data, e.g. `gmw/en-US`; variants begin with `!v/`. */
  readonly identifier: string;
  readonly name: string;
  readonly languages: readonly { readonly tag: string; readonly priority: number }[];
}

/** A voice as the library is asked for it, and the language that it speaks first of all. */
interface VoiceChoice {
  readonly identifier: string;
  readonly lang: string;
}

/**
 * Which voices there are, and which of them a request means.
 *
 * A voice is named by the last part of its identifier (`en-us`), by its full name
 * (`English (America)`) or by a language; case does not matter. `+variant` behind it changes its
 * timbre (`en-us+f3`); `+f3` alone is the variant of the voice that would speak anyhow.
 */
export class VoiceCatalogue {
  readonly #voices: readonly VoiceEntry[];
  readonly #variants: readonly VoiceEntry[];
  readonly #preferred: string;

  /** `preferred` speaks when the request leaves it open, and for every language it knows. */
  constructor(entries: readonly VoiceEntry[], preferred: string) {
    this.#voices = entries.filter((entry) => !entry.identifier.startsWith("!v/"));
    this.#variants = entries.filter((entry) => entry.identifier.startsWith("!v/"));
    this.#preferred = preferred;
  }

  /** What the library is asked for. Throws a VoiceError that names what there is instead. */
  resolve(request: Pick<SpeakRequest, "voice" | "lang">): VoiceChoice {
    const preferred = split(this.#preferred);
    const wanted = request.voice === undefined ? preferred : split(request.voice);
    const base = this.#named(wanted.base || preferred.base);
    if (request.lang === undefined) return this.#choice(base, wanted.variant);
    if (request.voice === undefined || wanted.base === "") {
      const speaker = this.#speaking(request.lang, base);
      const isKept = speaker === base || request.voice !== undefined;
      return this.#choice(speaker, isKept ? wanted.variant : undefined);
    }
    if (!spokenBy(base, request.lang)) throw cannotSpeak(base, request.lang);
    return this.#choice(base, wanted.variant);
  }

  #choice(entry: VoiceEntry, variant: string | undefined): VoiceChoice {
    const suffix = variant === undefined ? "" : `+${this.#variant(variant)}`;
    return { identifier: entry.identifier + suffix, lang: bestLanguage(entry) };
  }

  #named(name: string): VoiceEntry {
    const wanted = name.toLowerCase();
    const found =
      this.#voices.find((entry) => fileName(entry).toLowerCase() === wanted) ??
      this.#voices.find((entry) => entry.name.trim().toLowerCase() === wanted) ??
      this.#forTag(wanted);
    if (found) return found;
    throw new VoiceError(
      "UNKNOWN_VOICE",
      `Cannot speak with voice ${JSON.stringify(name)}: no such voice, it should be one of ` +
        sample(this.#voices.map(fileName), wanted, familiarVoices),
    );
  }

  /** The best voice for a language: `preferred`, unless another one knows it more exactly. */
  #speaking(lang: string, preferred: VoiceEntry): VoiceEntry {
    for (const tag of everShorter(lang)) {
      if (speaks(preferred, tag)) return preferred;
      const entry = this.#forTag(tag);
      if (entry) return entry;
    }
    const tags = this.#voices.flatMap((entry) => entry.languages.map(({ tag }) => tag));
    throw new VoiceError(
      "UNKNOWN_LANGUAGE",
      `Cannot speak language ${JSON.stringify(lang)}: no voice speaks it, it should be one of ` +
        sample([...new Set(tags)], lang.toLowerCase(), familiarVoices),
    );
  }

  #forTag(tag: string): VoiceEntry | undefined {
    const file = fileOfLanguage[tag];
    if (file) return this.#voices.find((entry) => fileName(entry) === file);
    const speakers = this.#voices.filter((entry) => priorityOf(entry, tag) < Infinity);
    return speakers.sort((a, b) => priorityOf(a, tag) - priorityOf(b, tag))[0];
  }

  #variant(name: string): string {
    const wanted = name.toLowerCase();
    const found = this.#variants.find((entry) => fileName(entry).toLowerCase() === wanted);
    if (found) return fileName(found);
    throw new VoiceError(
      "UNKNOWN_VOICE",
      `Cannot speak with variant ${JSON.stringify(`+${name}`)}: there is no such variant, ` +
        `it should be one of ${sample(this.#variants.map(fileName), wanted, familiarVariants)}`,
    );
  }
}

/**
 * Chinese characters are read by way of pinyin, which the voice `cmn` of espeak-ng 1.51 then takes
 * for English; its sister voice reads the pinyin as pinyin and Latin words as English.
 */
const fileOfLanguage: Readonly<Record<string, string>> = {
  zh: "cmn-Latn-pinyin",
  cmn: "cmn-Latn-pinyin",
  "zh-cmn": "cmn-Latn-pinyin",
  "zh-hk": "yue",
  "zh-mo": "yue",
};

const familiarVoices = ["en-us", "en-gb", "cmn", "de", "fr", "fr-fr", "es", "ja", "pt"];
const familiarVariants = ["f2", "f3", "f4", "m2", "m3", "m4"];
const namesShownMax = 8;

function split(voice: string): { readonly base: string; readonly variant: string | undefined } {
  const [base = "", variant] = voice.split("+", 2);
  return { base, variant };
}

function cannotSpeak(entry: VoiceEntry, lang: string): VoiceError {
  const spoken = entry.languages.map(({ tag }) => tag).join(", ");
  return new VoiceError(
    "UNKNOWN_LANGUAGE",
    `Cannot speak language ${JSON.stringify(lang)} with voice ${JSON.stringify(fileName(entry))}` +
      `: it speaks ${spoken}, voice or language should be left out`,
  );
}

/** True when the voice speaks the language, if only of another region. */
function spokenBy(entry: VoiceEntry, lang: string): boolean {
  return everShorter(lang).some((tag) => speaks(entry, tag));
}

function speaks(entry: VoiceEntry, tag: string): boolean {
  return priorityOf(entry, tag) < Infinity || fileOfLanguage[tag] === fileName(entry);
}

function priorityOf(entry: VoiceEntry, tag: string): number {
  return entry.languages.find((language) => language.tag === tag)?.priority ?? Infinity;
}

function bestLanguage(entry: VoiceEntry): string {
  const sorted = [...entry.languages].sort((a, b) => a.priority - b.priority);
  return sorted[0]?.tag ?? "und";
}

function fileName(entry: VoiceEntry): string {
  return entry.identifier.slice(entry.identifier.lastIndexOf("/") + 1);
}

/** `zh-Hans-CN` -> `zh-hans-cn`, `zh-hans`, `zh`: the look-up of RFC 4647, section 3.4. */
function everShorter(lang: string): string[] {
  const parts = lang.toLowerCase().split(/[-_]/);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
}

/** A few names of many: those that begin alike, then familiar ones. */
function sample(names: readonly string[], wanted: string, familiar: readonly string[]): string {
  const alike = names.filter((name) => name.toLowerCase().startsWith(wanted.slice(0, 2)));
  const known = familiar.filter((name) => names.some((other) => other.toLowerCase() === name));
  const shown = [...new Set([...alike.slice(0, namesShownMax / 2), ...known])];
  return `${shown.slice(0, namesShownMax).join(", ")}, ... (${names.length} in all)`;
}
