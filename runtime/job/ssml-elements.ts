import { limits } from "../../config/limits.ts";
import { XmlFault } from "./xml.ts";

/** What an element of SSML means, its attributes read. */
export type ElementOf =
  | { readonly kind: "break"; readonly ms: number }
  | { readonly kind: "cue"; readonly cue: "mark" | "action"; readonly name: string }
  /** `alias` is said instead. */
  | { readonly kind: "sub"; readonly alias: string }
  /** These sounds are said instead. */
  | { readonly kind: "phoneme"; readonly ipa: string }
  | { readonly kind: "say-as"; readonly as: SayAs }
  /** Factors on what is around it; volume in dB on top. */
  | { readonly kind: "prosody"; readonly rate: number; readonly pitch: number; readonly db: number }
  | { readonly kind: "voice"; readonly name?: string; readonly lang?: string }
  /** A paragraph or a sentence: the voice pauses around it. */
  | { readonly kind: "block"; readonly pauseMs: number; readonly lang?: string };

/** How `say-as` wants its content read: `interpret-as`, with what is alike brought together. */
export type SayAs = "number" | "ordinal" | "characters" | "digits" | "telephone" | "date" | "time";

/** Who reads an element: knows the source for errors, and keeps what is left aside. */
export interface Reader {
  readonly source: string;
  ignore(what: string): void;
}

interface Tag {
  readonly name: string;
  readonly start: number;
  readonly attributes: ReadonlyMap<string, string>;
}

type ReadElement = (tag: Tag, reader: Reader) => ElementOf | undefined;

/** What the elements of the subset mean; undefined: as if the tags were not there. */
export const elements: Readonly<Record<string, ReadElement>> = {
  speak: ({ attributes }) => ({ kind: "block", pauseMs: 0, ...langIn(attributes) }),
  p: ({ attributes }) => ({ kind: "block", pauseMs: 600, ...langIn(attributes) }),
  s: ({ attributes }) => ({ kind: "block", pauseMs: 350, ...langIn(attributes) }),
  break: readBreak,
  mark: (tag, reader) => ({ kind: "cue", cue: "mark", name: nameOf(tag, reader) }),
  action: (tag, reader) => ({ kind: "cue", cue: "action", name: nameOf(tag, reader) }),
  sub: (tag, reader) => ({ kind: "sub", alias: wanted(tag, reader, "alias") }),
  phoneme: readPhoneme,
  "say-as": readSayAs,
  prosody: readProsody,
  voice: ({ attributes }) => {
    const name = attributes.get("name")?.trim();
    return { kind: "voice", ...(name ? { name } : {}), ...langIn(attributes, "language") };
  },
  lang: ({ attributes }) => ({ kind: "voice", ...langIn(attributes) }),
};

/** Attributes that mean something, by element; others are left aside. */
const attributesOf: Readonly<Record<string, readonly string[]>> = {
  speak: ["version"],
  break: ["time", "strength"],
  mark: ["name"],
  action: ["name"],
  sub: ["alias"],
  phoneme: ["ph", "alphabet"],
  "say-as": ["interpret-as"],
  prosody: ["rate", "pitch", "volume"],
  voice: ["name", "language"],
};

/** Names what of a known element's attributes means nothing here. */
export function ignoreAttributes({ name, attributes }: Tag, reader: Reader): void {
  const known = attributesOf[name] ?? [];
  for (const attribute of attributes.keys()) {
    const isOfXml = /^(?:xml|xmlns|xsi)(?::|$)/u.test(attribute);
    if (!isOfXml && !known.includes(attribute)) reader.ignore(`${name} ${attribute}`);
  }
}

/** Milliseconds of the strengths of section 3.2.3; a sentence ends with about 350. */
const strengths: Readonly<Record<string, number>> = {
  none: 0,
  "x-weak": 100,
  weak: 200,
  medium: 350,
  strong: 600,
  "x-strong": 1000,
};

function readBreak(tag: Tag, reader: Reader): ElementOf {
  const time = tag.attributes.get("time");
  const strength = tag.attributes.get("strength") ?? "medium";
  if (time === undefined) {
    const ms = strengths[strength];
    if (ms !== undefined) return { kind: "break", ms };
    throw wrong(tag, reader, "strength", `one of ${Object.keys(strengths).join(" ")}`);
  }
  const [, value, unit] = /^\s*\+?(\d*\.?\d+)(ms|s)\s*$/u.exec(time) ?? [];
  const ms = Number(value) * (unit === "s" ? 1000 : 1);
  if (ms <= limits.breakMsMax) return { kind: "break", ms };
  throw wrong(tag, reader, "time", `0 to ${limits.breakMsMax} ms, as 500ms or 1.5s`);
}

function readPhoneme(tag: Tag, reader: Reader): ElementOf | undefined {
  const ipa = wanted(tag, reader, "ph");
  const alphabet = tag.attributes.get("alphabet") ?? "ipa";
  if (alphabet === "ipa") return { kind: "phoneme", ipa };
  reader.ignore(`phoneme alphabet ${alphabet}`);
  return undefined;
}

/** The names of the W3C note on say-as and of the large services. */
const sayAs: Readonly<Record<string, SayAs>> = {
  cardinal: "number",
  number: "number",
  currency: "number",
  unit: "number",
  ordinal: "ordinal",
  characters: "characters",
  "spell-out": "characters",
  verbatim: "characters",
  digits: "digits",
  telephone: "telephone",
  date: "date",
  time: "time",
};

function readSayAs(tag: Tag, reader: Reader): ElementOf | undefined {
  const name = wanted(tag, reader, "interpret-as");
  const as = sayAs[name];
  if (as) return { kind: "say-as", as };
  reader.ignore(`say-as ${name}`);
  return undefined;
}

const rates = { "x-slow": 0.5, slow: 0.75, medium: 1, default: 1, fast: 1.25, "x-fast": 1.6 };
const pitches = { "x-low": 0.7, low: 0.85, medium: 1, default: 1, high: 1.2, "x-high": 1.45 };
const volumes = {
  ...{ silent: -100, "x-soft": -12, soft: -6 },
  ...{ medium: 0, default: 0, loud: 4, "x-loud": 8 },
};

function readProsody(tag: Tag, reader: Reader): ElementOf {
  const { attributes } = tag;
  const rate = factor(attributes.get("rate") ?? "medium", rates);
  if (rate === undefined) throw wrong(tag, reader, "rate", "slow, 80%, +10% or the like");
  const tone = attributes.get("pitch") ?? "medium";
  const isHertz = /^[+-]?\d*\.?\d+Hz$/u.test(tone);
  if (isHertz) reader.ignore("prosody pitch in Hz");
  const pitch = isHertz ? 1 : (semitones(tone) ?? factor(tone, pitches));
  if (pitch === undefined) throw wrong(tag, reader, "pitch", "low, -10%, +2st or the like");
  const db = decibels(attributes.get("volume") ?? "medium");
  if (db === undefined) throw wrong(tag, reader, "volume", "soft, -6dB or the like");
  return { kind: "prosody", rate, pitch, db };
}

/** `fast`, `120%`, `+20%`, `1.2`: always a factor above 0. */
function factor(text: string, words: Readonly<Record<string, number>>): number | undefined {
  const word = words[text];
  if (word !== undefined) return word;
  const [, sign = "", value, percent] = /^([+-]?)(\d*\.?\d+)(%?)$/u.exec(text) ?? [];
  if (value === undefined) return undefined;
  const share = Number(value) / (percent ? 100 : 1);
  const result = sign === "" ? share : 1 + (sign === "-" ? -share : share);
  return result > 0 ? result : undefined;
}

function semitones(text: string): number | undefined {
  const [, value] = /^([+-]\d*\.?\d+)st$/u.exec(text) ?? [];
  return value === undefined ? undefined : 2 ** (Number(value) / 12);
}

function decibels(text: string): number | undefined {
  const word: number | undefined = volumes[text as keyof typeof volumes];
  if (word !== undefined) return word;
  const [, value] = /^([+-]?\d*\.?\d+)dB$/u.exec(text) ?? [];
  return value === undefined ? undefined : Math.max(-100, Math.min(12, Number(value)));
}

function nameOf(tag: Tag, reader: Reader): string {
  const name = wanted(tag, reader, "name");
  if (name.length >= 1 && name.length <= limits.cueNameCharsMax) return name;
  throw wrong(tag, reader, "name", `1 to ${limits.cueNameCharsMax} characters`);
}

function wanted(tag: Tag, reader: Reader, attribute: string): string {
  const value = tag.attributes.get(attribute);
  if (value !== undefined) return value;
  const is = `<${tag.name}> without ${attribute}`;
  throw new XmlFault(reader.source, tag.start, is, "it must have one");
}

function wrong({ name, start, attributes }: Tag, reader: Reader, attribute: string, due: string) {
  const is = `${attribute} of <${name}> is ${JSON.stringify(attributes.get(attribute) ?? "")}`;
  return new XmlFault(reader.source, start, is, `it should be ${due}`);
}

/** A language that is asked for is a BCP 47 tag, else it is as if there were none. */
function langIn(
  attributes: ReadonlyMap<string, string>,
  also = "xml:lang",
): { readonly lang?: string } {
  const lang = attributes.get("xml:lang") ?? attributes.get(also);
  return lang && /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}$/u.test(lang) ? { lang } : {};
}
