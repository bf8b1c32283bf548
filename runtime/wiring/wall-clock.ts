import type { Stamps } from "../../drivers/clock/clock.ts";
import type { Settings } from "../settings/settings.ts";
import type { ToStage } from "../stage/messages.ts";

/** Keeps the clock on the screen true; a board that does not know the time shows none. */
export class WallClock {
  readonly #settings: Settings;
  readonly #stamps: Pick<Stamps, "wallMs" | "localTime">;
  readonly #knowsTime: () => boolean;
  readonly #post: (message: ToStage) => void;
  #shown = "";

  constructor(
    settings: Settings,
    stamps: Pick<Stamps, "wallMs" | "localTime">,
    knowsTime: () => boolean,
    post: (message: ToStage) => void,
  ) {
    this.#settings = settings;
    this.#stamps = stamps;
    this.#knowsTime = knowsTime;
    this.#post = post;
  }

  /** To be called often: tells the stage when there is another time to show. */
  turn(): void {
    const isWished = this.#settings.config.scene.clock && this.#knowsTime();
    const text = isWished ? this.#now() : "";
    if (text === this.#shown) return;
    this.#shown = text;
    this.#post({ kind: "clock", text });
  }

  /** The stage started anew and has no time. */
  forget(): void {
    this.#shown = "";
  }

  #now(): string {
    const { minute } = this.#stamps.localTime(this.#stamps.wallMs());
    const two = (number: number): string => String(number).padStart(2, "0");
    return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  }
}
