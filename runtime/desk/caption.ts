import { readSsml, type SsmlNode, type SsmlText } from "../job/ssml.ts";

/** What is shown while a text is spoken, and how places in the one map to places in the other. */
export interface Caption {
  readonly text: string;
  /** Offset in `text` of what stands at `offset` in the job's text; both UTF-16. */
  readonly at: (offset: number) => number;
}

/** Plain text is shown as it is; of SSML its text is, as it is written and not as it is said. */
export function captionOf(job: { readonly kind: string; readonly text: string }): Caption {
  return job.kind === "ssml" ? stripped(job.text) : { text: job.text, at: (offset) => offset };
}

function stripped(ssml: string): Caption {
  const pieces = textsOf(readSsml(ssml).nodes);
  const offsets: number[] = [];
  let text = "";
  for (const piece of pieces) {
    offsets.push(text.length);
    text += piece.text;
  }
  const at = (offset: number): number => {
    const index = pieces.findLastIndex(({ start }) => start <= offset);
    const piece = pieces[index];
    if (!piece) return 0;
    const within = Math.min(offset - piece.start, piece.text.length);
    return (offsets[index] ?? 0) + within;
  };
  return { text, at };
}

/** The texts in their order; a space where a paragraph or a sentence ends without one. */
function textsOf(nodes: readonly SsmlNode[]): SsmlText[] {
  return nodes.flatMap((node) => {
    if (node.kind === "text") return [node];
    const inner = textsOf(node.nodes);
    if (node.element.kind !== "block" || inner.at(-1)?.text.endsWith(" ")) return inner;
    return [...inner, { kind: "text", text: " ", start: node.end, length: 0 } as const];
  });
}
