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

/** What a kind of lip-sync gives to a file: fields, and paths of blobs. */
export interface PartsHeader {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly blobs: Readonly<Record<string, string | readonly string[]>>;
}

/** The line of JSON before the pixels of a tier: what comes, in which size (`tier.py`). */
export interface Header extends Pick<Layout, "width" | "height" | "backdrop"> {
  readonly clips: readonly ClipHeader[];
  readonly mouth: {
    readonly width: number;
    readonly height: number;
    readonly shapes: readonly ShapeHeader[];
  };
  readonly parts: Readonly<Record<string, PartsHeader>>;
}
