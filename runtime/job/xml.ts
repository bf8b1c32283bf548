/** A piece of a document, in the order of reading; places are UTF-16 offsets in its source. */
export type XmlToken =
  | { readonly kind: "text"; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: "open";
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
      readonly start: number;
      readonly end: number;
      /** `<name/>`: no `close` follows. */
      readonly isEmpty: boolean;
    }
  | { readonly kind: "close"; readonly name: string; readonly start: number; readonly end: number };

/** What is wrong with a document and where: `is` and `due` are parts of a sentence. */
export class XmlFault extends Error {
  override readonly name = "XmlFault";

  constructor(source: string, at: number, is: string, due: string) {
    super(`${placeOf(source, at)}: ${is}, ${due}`);
  }
}

/**
 * Cuts a document into tokens: elements with attributes, text, comments (left out), CDATA, the XML
 * declaration, the five entities of XML and numeric ones. A document type is refused, and with it
 * every entity of its own making. Throws an XmlFault; whether elements nest is not looked at.
 * Source: Extensible Markup Language 1.0, fifth edition, sections 2 and 4.6.
 */
export function* xmlTokens(source: string): Generator<XmlToken> {
  let at = 0;
  while (at < source.length) {
    const token = source[at] === "<" ? tagAt(source, at) : textAt(source, at);
    if (!("skip" in token)) yield token;
    at = token.end;
  }
}

/** `line 2, column 7` for an offset. */
export function placeOf(source: string, at: number): string {
  const before = source.slice(0, at).split("\n");
  return `line ${before.length}, column ${[...(before.at(-1) ?? "")].length + 1}`;
}

type Skipped = { readonly skip: true; readonly end: number };

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&apos;": "'",
};

const name = String.raw`[\p{L}_][\p{L}\p{N}_.:-]*`;
const openTag = new RegExp(
  `<(${name})((?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
  "uy",
);
const closeTag = new RegExp(`</(${name})\\s*>`, "uy");
const attribute = new RegExp(`(${name})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "gu");

function tagAt(source: string, at: number): XmlToken | Skipped {
  if (source.startsWith("<!--", at)) return { skip: true, end: endOf(source, at, "-->") };
  if (source.startsWith("<?", at)) return { skip: true, end: endOf(source, at, "?>") };
  if (source.startsWith("<![CDATA[", at)) {
    const end = endOf(source, at, "]]>");
    return { kind: "text", text: source.slice(at + 9, end - 3), start: at + 9, end };
  }
  if (/^<!doctype/iu.test(source.slice(at, at + 9))) {
    throw new XmlFault(source, at, "a document type", "there should be none");
  }
  closeTag.lastIndex = at;
  const close = closeTag.exec(source);
  if (close?.[1]) {
    return { kind: "close", name: close[1], start: at, end: at + close[0].length };
  }
  openTag.lastIndex = at;
  const open = openTag.exec(source);
  if (!open?.[1]) throw brokenTag(source, at);
  const attributes = attributesOf(source, at, open[0]);
  const end = at + open[0].length;
  return { kind: "open", name: open[1], attributes, start: at, end, isEmpty: open[3] === "/" };
}

function brokenTag(source: string, at: number): XmlFault {
  const shown = JSON.stringify(source.slice(at, at + 16));
  return new XmlFault(source, at, `${shown} is no tag`, "it should be one, or &lt; as a sign");
}

function attributesOf(source: string, at: number, tag: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const match of tag.matchAll(attribute)) {
    const [, key = "", double, single] = match;
    const where = at + match.index;
    if (found.has(key)) throw new XmlFault(source, where, `${key} is there twice`, "once will do");
    found.set(key, unescaped(source, where, double ?? single ?? ""));
  }
  return found;
}

/** Text up to the next tag or entity; an entity is a token of its own, so that places stay true. */
function textAt(source: string, at: number): XmlToken {
  if (source[at] === "&") {
    const [entity = "&"] = /^&[^;<&\s]{0,10};?/u.exec(source.slice(at, at + 12)) ?? [];
    const text = unescaped(source, at, entity);
    return { kind: "text", text, start: at, end: at + entity.length };
  }
  const rest = source.slice(at).search(/[<&]/u);
  const end = rest < 0 ? source.length : at + rest;
  return { kind: "text", text: source.slice(at, end), start: at, end };
}

function unescaped(source: string, at: number, text: string): string {
  return text.replaceAll(/&[^;&]{0,10};?/gu, (entity) => {
    const known = entities[entity] ?? numbered(entity);
    if (known !== undefined) return known;
    const due = "it should be one of &lt; &gt; &amp; &quot; &apos; or a number as &#233;";
    throw new XmlFault(source, at, `${entity} is no entity`, due);
  });
}

/** `&#233;`, `&#xE9;`; undefined for what XML does not allow (section 2.2). */
function numbered(entity: string): string | undefined {
  const [, hex, decimal] = /^&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));$/iu.exec(entity) ?? [];
  const code = hex === undefined ? Number(decimal ?? "0") : Number.parseInt(hex, 16);
  const isChar = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff);
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return isChar && !isHalf ? String.fromCodePoint(code) : undefined;
}

function endOf(source: string, at: number, mark: string): number {
  const found = source.indexOf(mark, at + 2);
  if (found >= 0) return found + mark.length;
  throw new XmlFault(source, at, "what begins here has no end", `${mark} should close it`);
}
