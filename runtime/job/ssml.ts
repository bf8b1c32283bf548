import { limits } from "../../config/limits.ts";
import { type ElementOf, elements, ignoreAttributes, type Reader } from "./ssml-elements.ts";
import { XmlFault, type XmlToken, xmlTokens } from "./xml.ts";

/** A stretch of the text, as it is to be said; places are UTF-16 offsets in the source. */
export interface SsmlText {
  readonly kind: "text";
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

/** An element that means something, and what it holds. `end` is where its closing tag ends. */
export interface SsmlElement {
  readonly kind: "element";
  readonly element: ElementOf;
  readonly start: number;
  readonly end: number;
  readonly nodes: readonly SsmlNode[];
}

export type SsmlNode = SsmlText | SsmlElement;

/** What an SSML document means here. */
export interface SsmlDocument {
  readonly nodes: readonly SsmlNode[];
  /** Elements and attributes that are left aside, e.g. `emphasis`; what they hold is said. */
  readonly unsupported: readonly string[];
}

/**
 * Reads SSML 1.1, of which break, phoneme, sub, say-as, prosody, voice, lang, mark, p, s and our
 * own `<action name="..."/>` mean something; the text of other elements is said as if they were not
 * there. Throws an XmlFault that names the place, what is and what should be.
 * Source: Speech Synthesis Markup Language 1.1, W3C Recommendation of 7 September 2010.
 */
export function readSsml(source: string): SsmlDocument {
  const reading = new Reading(source);
  for (const token of xmlTokens(source)) reading.take(token);
  return reading.end();
}

interface Open {
  readonly name: string;
  readonly element: ElementOf | undefined;
  readonly start: number;
  readonly nodes: SsmlNode[];
}

class Reading implements Reader {
  readonly source: string;
  readonly #unsupported = new Set<string>();
  readonly #open: Open[] = [];
  #nodes: readonly SsmlNode[] | undefined;
  #cues = 0;

  constructor(source: string) {
    this.source = source;
  }

  take(token: XmlToken): void {
    if (token.kind === "text") this.#text(token);
    else if (token.kind === "open") this.#begin(token);
    else this.#close(token);
  }

  end(): SsmlDocument {
    const open = this.#open.at(-1);
    if (open)
      throw new XmlFault(this.source, open.start, `<${open.name}> is not closed`, "it must");
    if (!this.#nodes)
      throw new XmlFault(this.source, 0, "there is no element", "a <speak> should hold everything");
    return { nodes: this.#nodes, unsupported: [...this.#unsupported] };
  }

  ignore(what: string): void {
    this.#unsupported.add(what);
  }

  #text({ text, start, end }: Extract<XmlToken, { kind: "text" }>): void {
    const inner = this.#open.at(-1);
    if (inner) inner.nodes.push({ kind: "text", text, start, length: end - start });
    else if (text.trim() !== "") {
      throw new XmlFault(this.source, start, "text outside of <speak>", "it should be inside");
    }
  }

  #begin(token: Extract<XmlToken, { kind: "open" }>): void {
    const { name, start, isEmpty, attributes } = token;
    this.#checkPlace(name, start);
    const read = elements[name];
    if (read) ignoreAttributes(token, this);
    else this.ignore(name);
    const element = read?.({ name, start, attributes }, this);
    if (element?.kind === "cue" && ++this.#cues > limits.ssmlCuesMax) {
      const is = `more than ${limits.ssmlCuesMax} marks and actions`;
      throw new XmlFault(this.source, start, is, "there should be fewer");
    }
    this.#open.push({ name, element, start, nodes: [] });
    if (isEmpty) this.#close({ ...token, kind: "close" });
  }

  #close({ name, start, end }: Extract<XmlToken, { kind: "close" }>): void {
    const open = this.#open.pop();
    if (open?.name !== name) {
      const due = open ? `</${open.name}> should come first` : "nothing is open";
      throw new XmlFault(this.source, start, `</${name}>`, due);
    }
    const outer = this.#open.at(-1)?.nodes;
    const { element, nodes } = open;
    if (!outer) this.#nodes = nodes;
    else if (!element) outer.push(...nodes);
    else outer.push({ kind: "element", element, start: open.start, end, nodes });
  }

  #checkPlace(name: string, start: number): void {
    const isFirst = this.#open.length === 0;
    if (isFirst !== (name === "speak") || (isFirst && this.#nodes)) {
      const due = isFirst ? "one <speak> should hold everything" : "<speak> should be outermost";
      throw new XmlFault(this.source, start, `<${name}>`, due);
    }
    if (this.#open.length < limits.ssmlDepthMax) return;
    const due = `at most ${limits.ssmlDepthMax} levels are allowed`;
    throw new XmlFault(this.source, start, `<${name}> is nested too deep`, due);
  }
}
