import { escaped } from "../../diagnostics/page/html.ts";

/** Markup that is safe to send: made by `html` alone, which escapes what it is given. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in markup. Nothing is shown of `undefined` and `false`. */
export type Piece = Html | string | number | undefined | false | readonly Piece[];

/** Markup with pieces in it: texts are escaped, between tags and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(String.raw({ raw: strings }, ...pieces.map(textOf)));
}

function textOf(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (piece === undefined || piece === false) return "";
  if (typeof piece === "object") return piece.map(textOf).join("");
  return escaped(String(piece));
}
