/** What is shown while a text is spoken, and how places in the one map to places in the other. */
export interface Caption {
  readonly text: string;
  /** Offset in `text` of what stands at `offset` in the job's text; both UTF-16. */
  readonly at: (offset: number) => number;
}

/** Plain text is shown as it is; of SSML the elements are left out and entities are written out. */
export function captionOf(job: { readonly kind: string; readonly text: string }): Caption {
  return job.kind === "ssml" ? stripped(job.text) : { text: job.text, at: (offset) => offset };
}

const entities: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&quot;": '"',
  "&apos;": "'",
};

function stripped(ssml: string): Caption {
  const starts: number[] = [];
  const offsets: number[] = [];
  let text = "";
  for (const match of ssml.matchAll(/<!--[\s\S]*?-->|<[^>]*>|&[a-z]+;|[^<&]+|[<&]/g)) {
    const [token] = match;
    starts.push(match.index);
    offsets.push(text.length);
    text += token.startsWith("<") && token.length > 1 ? "" : (entities[token] ?? token);
  }
  const at = (offset: number): number => {
    const index = starts.findLastIndex((start) => start <= offset);
    const next = offsets[index + 1] ?? text.length;
    return Math.min((offsets[index] ?? 0) + offset - (starts[index] ?? 0), next);
  };
  return { text, at };
}
