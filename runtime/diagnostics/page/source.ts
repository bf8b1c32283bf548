import type { Pulse, StageFacts } from "../../stage/messages.ts";
import type { View } from "../monitor.ts";
import type { TraceEvent } from "../trace.ts";
import type { AvatarRow } from "./avatars.ts";

/** A key that a technician sets on the spot, for some hours. */
export interface Wish {
  /** As `audio.volume`. */
  readonly key: string;
  readonly value: unknown;
  readonly hours: number;
}

/** What the page shows and does; how, is the kiosk's business. */
export interface PageSource {
  readonly device: string;
  readonly version: string;
  view(): View;
  stage(): { readonly facts: StageFacts | undefined; readonly pulse: Pulse | undefined };
  temperatureC(): number | undefined;
  /** How the licence stands; undefined: none is asked for. */
  licence(): string | undefined;
  /** Those that the fleet desires. */
  avatars(): readonly AvatarRow[];
  /** Every key with its value and who had the last word on it. */
  configuration(): readonly {
    readonly key: string;
    readonly value: string;
    readonly source: string;
  }[];
  readonly overridableKeys: readonly string[];
  /** Sets a key; resolves with until when it holds, rejects with what is wrong with its value. */
  override(wish: Wish): Promise<string>;
  /** Latest first is the page's business; these are oldest first. */
  events(): readonly TraceEvent[];
  /** Submits a text; resolves with the id of the job, rejects with why not. */
  say(text: string): Promise<string>;
  /** Shows the bench on the screen; false when there is none to show it, or somebody speaks. */
  bench(): boolean;
  /** A small JPEG of what the screen shows; undefined when there is none. */
  preview(): Promise<Uint8Array | undefined>;
  metrics(): Promise<string>;
  bundle(): Promise<Uint8Array>;
}
