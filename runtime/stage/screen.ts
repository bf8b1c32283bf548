import type { Audio } from "../../drivers/audio/audio.ts";
import type { Display } from "../../drivers/display/display.ts";
import type { Film } from "./film.ts";

/** What the stage plays on. A film is made only when somebody asked for one. */
export interface Screen {
  readonly display: Display;
  readonly audio: Audio;
  readonly film?: Film;
}
