import { join } from "node:path";
import type { Page } from "playwright-core";

/** A part of the picture by its share: left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

/** What a browser made of the stream, each with its moment on the wall clock in ms. */
export interface Seen {
  readonly frames: readonly {
    readonly atMs: number;
    readonly width: number;
    readonly height: number;
    /** Luma of each box, 16 to 235: its mean, and how much it varies within. */
    readonly levels: readonly { readonly mean: number; readonly spread: number }[];
  }[];
  readonly sounds: readonly {
    readonly atMs: number;
    readonly loudness: number;
    /** When its first loud sample came out. */
    readonly onsetMs: number | null;
  }[];
}

/** A browser that watches a stream by WHEP. */
export class BrowserViewer {
  readonly #page: Page;
  /** What is to be deleted to leave. */
  readonly location: string;

  private constructor(page: Page, location: string) {
    this.#page = page;
    this.location = location;
  }

  /** Plays the stream at `url`, from a page of any origin that the browser trusts. */
  static async watch(page: Page, url: string, boxes: readonly Box[]): Promise<BrowserViewer> {
    await page.addScriptTag({ path: join(import.meta.dirname, "viewer.mjs") });
    // Only who was touched may make sound.
    await page.mouse.click(1, 1);
    const asked = JSON.stringify([url, boxes]);
    return new BrowserViewer(page, await page.evaluate(`viewer.watch(...${asked})`));
  }

  seen(): Promise<Seen> {
    return this.#page.evaluate("viewer.seen()");
  }

  async clear(): Promise<void> {
    await this.#page.evaluate("viewer.clear()");
  }

  /** What lies between the receiver and the loudspeaker, in ms on average. */
  playoutMs(): Promise<number> {
    return this.#page.evaluate("viewer.playoutMs()");
  }

  /** What WebRTC says of each track (W3C: RTCInboundRtpStreamStats). */
  stats(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.#page.evaluate("viewer.stats()");
  }
}
