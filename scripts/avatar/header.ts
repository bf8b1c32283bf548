import type { Layout } from "../../runtime/avatar/layout.ts";

/** A clip as the build announces it. */
export interface ClipHeader {
  readonly name: string;
  readonly frames: number;
  readonly mesh: { readonly columns: number; readonly rows: number; readonly step: number };
  readonly enter?: number[];
  readonly leave?: number[];
  readonly hold?: [number, number];
}

/** A picture of a viseme as the build announces it. */
export interface ShapeHeader {
  readonly name: string;
  readonly amount: number;
  readonly opening: number;
}

/** The line of JSON before the pixels of a tier: what comes, in which size (`tier.py`). */
export interface Header extends Pick<Layout, "width" | "height" | "backdrop"> {
  readonly clips: readonly ClipHeader[];
  readonly mouth: {
    readonly width: number;
    readonly height: number;
    readonly shapes: readonly ShapeHeader[];
  };
}
