import type { FromStage } from "./messages.ts";

interface Watched {
  readonly display: { readonly fault: string | undefined };
  readonly audio: { state(): { readonly fault?: string } };
}

/** Reports a lost screen or loudspeaker once when it goes and once when it is back. */
export class Faults {
  readonly #watched: Watched;
  readonly #send: (message: FromStage) => void;
  readonly #known: Record<"display" | "audio", string | undefined> = {
    display: undefined,
    audio: undefined,
  };

  constructor(watched: Watched, send: (message: FromStage) => void) {
    this.#watched = watched;
    this.#send = send;
  }

  check(): void {
    this.#compare("display", this.#watched.display.fault);
    this.#compare("audio", this.#watched.audio.state().fault);
  }

  #compare(part: "display" | "audio", fault: string | undefined): void {
    if (fault === this.#known[part]) return;
    this.#known[part] = fault;
    const event =
      fault === undefined
        ? { area: "stage", kind: `${part}-back` }
        : { area: "stage", kind: `${part}-fault`, fault };
    this.#send({ kind: "trace", event });
  }
}
