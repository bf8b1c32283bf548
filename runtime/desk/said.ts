import type { SpeechPart } from "../speech/utterance.ts";

/** How a job is to be said. */
export interface Wishes {
  /** For a job that names neither voice nor language. */
  readonly lang: string;
  /** Told of what the voice leaves aside. */
  onIgnored(wish: string): void;
}

/** A stretch of what is said, and the text that it adds to the captions, if it does. */
export interface Said {
  readonly part: SpeechPart;
  readonly caption?: string;
  /** Its sound comes as it is made. */
  readonly isLive?: boolean;
}
