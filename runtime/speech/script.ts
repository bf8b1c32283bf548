import { wishRange } from "../../drivers/voice/voice.ts";
import { readSsml, type SsmlElement, type SsmlNode } from "../job/ssml.ts";
import { saidAs } from "./say-as.ts";
import type { TimedCue } from "./utterance.ts";

/** What is to be said and how; the fields of a job that concern the voice. */
export interface Speech {
  readonly kind: "text" | "ssml";
  /** Plain text, or a document that `readSsml` reads. */
  readonly text: string;
  readonly voice?: string;
  /** BCP 47. */
  readonly lang?: string;
  /** Factors, 0.5 to 2, and loudness, 0 to 2; absent: 1. */
  readonly rate?: number;
  readonly pitch?: number;
  readonly volume?: number;
  /** Actions at milliseconds after the first sound. */
  readonly actions?: readonly { readonly name: string; readonly at: number }[];
  /** The mark that is put where each sentence begins; absent: none. */
  readonly sentences?: string;
}

/** How a run is to be said. */
export interface Manner {
  readonly voice: string | undefined;
  readonly lang: string | undefined;
  readonly rate: number;
  readonly pitch: number;
  /** Factor on the samples. */
  readonly gain: number;
}

/** A stretch of the job's text. Fixed ones are said as they stand; no rule reads them. */
export interface Piece {
  readonly text: string;
  /** Where it stands in the job's text: UTF-16 offset and length. */
  readonly start: number;
  readonly length: number;
  readonly isFixed: boolean;
  /** The sounds it is said with, in IPA. */
  readonly ipa?: string;
}

/** What is said in one manner without a break: its text, its cues, and the pause behind it. */
export interface Run {
  readonly manner: Manner;
  readonly pieces: readonly Piece[];
  readonly cues: readonly PlacedCue[];
  /** Silence after it, in ms; undefined: what its last sign of punctuation says. */
  readonly pauseMs: number | undefined;
}

/** A cue and the place in the job's text that it stands at. */
export interface PlacedCue extends Omit<TimedCue, "atSample"> {
  readonly at: number;
}

/** Splits what is to be said into runs. Throws the XmlFault of a broken document. */
export function runsOf(speech: Speech): readonly Run[] {
  const { kind, text, voice, lang, rate = 1, pitch = 1, volume = 1 } = speech;
  const manner: Manner = { voice, lang, rate, pitch, gain: volume };
  if (kind === "text") {
    const pieces = [{ text, start: 0, length: text.length, isFixed: false }];
    return [{ manner, pieces, cues: [], pauseMs: undefined }];
  }
  const script = new Script();
  script.walk(readSsml(text).nodes, manner);
  return script.end(manner);
}

const gainMax = 4;

class Script {
  readonly #runs: Run[] = [];
  #pieces: Piece[] = [];
  #cues: PlacedCue[] = [];
  #manner: Manner | undefined;

  walk(nodes: readonly SsmlNode[], manner: Manner): void {
    for (const node of nodes) {
      if (node.kind === "element") this.#element(node, manner);
      else this.#say({ ...node, isFixed: false }, manner);
    }
  }

  end(manner: Manner): readonly Run[] {
    this.#cut(this.#manner ?? manner, undefined);
    return this.#runs;
  }

  #element(node: SsmlElement, manner: Manner): void {
    const { element, start, nodes } = node;
    if (element.kind === "break") {
      this.#cut(manner, element.ms);
    } else if (element.kind === "cue") {
      this.#cues.push({ kind: element.cue, name: element.name, at: start });
    } else if (element.kind === "prosody") {
      this.walk(nodes, {
        ...manner,
        rate: bounded(manner.rate * element.rate),
        pitch: bounded(manner.pitch * element.pitch),
        gain: Math.min(gainMax, manner.gain * 10 ** (element.db / 20)),
      });
    } else if (element.kind === "voice") {
      const { name: voice = manner.voice, lang = manner.lang } = element;
      this.walk(nodes, { ...manner, voice, lang });
    } else if (element.kind === "block") {
      if (element.pauseMs > 0) this.#cut(manner, undefined);
      this.walk(nodes, { ...manner, lang: element.lang ?? manner.lang });
      if (element.pauseMs > 0) this.#cut(manner, element.pauseMs);
    } else {
      this.#instead(node, manner);
    }
  }

  /** What is said in place of what is written. */
  #instead({ element, start, end, nodes }: SsmlElement, manner: Manner): void {
    const place = { start, length: end - start, isFixed: true };
    const written = textOf(nodes);
    if (element.kind === "sub") this.#say({ ...place, text: element.alias }, manner);
    if (element.kind === "phoneme") {
      this.#say({ ...place, text: written, ipa: element.ipa }, manner);
    }
    if (element.kind !== "say-as") return;
    const text = saidAs(element.as, written, manner.lang);
    if (text === undefined) this.walk(nodes, manner);
    else this.#say({ ...place, text }, manner);
  }

  #say(piece: Piece, manner: Manner): void {
    const isBlank = piece.text.trim() === "";
    if (this.#manner && !isBlank && !isSame(this.#manner, manner)) {
      this.#cut(manner, undefined);
    }
    if (!isBlank) this.#manner = manner;
    this.#pieces.push(piece);
  }

  #cut(manner: Manner, pauseMs: number | undefined): void {
    const isEmpty = !this.#manner && this.#cues.length === 0;
    const run = { pieces: this.#pieces, cues: this.#cues, manner: this.#manner ?? manner, pauseMs };
    this.#pieces = [];
    this.#cues = [];
    this.#manner = undefined;
    const last = this.#runs.at(-1);
    if (!isEmpty) this.#runs.push(run);
    // Nothing between two breaks: the longer one holds.
    else if (pauseMs && last) this.#runs.splice(-1, 1, { ...last, pauseMs: longer(last, pauseMs) });
    else if (pauseMs) this.#runs.push(run);
  }
}

function longer(last: Run, pauseMs: number): number {
  return Math.max(last.pauseMs ?? 0, pauseMs);
}

function isSame(one: Manner, other: Manner): boolean {
  const keys = ["voice", "lang", "rate", "pitch", "gain"] as const;
  return keys.every((key) => one[key] === other[key]);
}

function bounded(value: number): number {
  return Math.max(wishRange.least, Math.min(wishRange.most, value));
}

function textOf(nodes: readonly SsmlNode[]): string {
  return nodes.map((node) => (node.kind === "text" ? node.text : textOf(node.nodes))).join("");
}
