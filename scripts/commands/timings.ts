import type { TraceEvent } from "../../runtime/diagnostics/trace.ts";

/** What each step of the start ends with, in the order in which they come. */
const steps: Readonly<Record<string, string>> = {
  program: "Node is up, the program loaded",
  stage: "the stage's thread is up, its program loaded",
  display: "the screen is open",
  sound: "the loudspeaker is open",
  avatar: "the avatar is read",
  picture: "the first idle picture is shown",
};

/** Collects the steps of a start and prints them, with the share of each, at the first picture. */
export class Timings {
  readonly #startMs = performance.timeOrigin;
  readonly #print: (text: string) => void;
  readonly #done: { readonly kind: string; readonly atMs: number }[] = [];

  constructor(print: (text: string) => void) {
    this.#print = print;
  }

  see({ area, kind, atMs }: TraceEvent): void {
    if (area !== "start" || this.#done.some((step) => step.kind === kind)) return;
    this.#done.push({ kind, atMs: Number(atMs) - this.#startMs });
    if (kind === "picture") this.#print(this.#table());
  }

  #table(): string {
    const inOrder = this.#done.toSorted((one, other) => one.atMs - other.atMs);
    const allMs = inOrder.at(-1)?.atMs ?? 0;
    const lines = inOrder.map(({ kind, atMs }, index) => {
      const tookMs = atMs - (inOrder[index - 1]?.atMs ?? 0);
      const share = `${Math.round((tookMs * 100) / allMs)} %`;
      const columns = [`${Math.round(atMs)} ms`, `${Math.round(tookMs)} ms`, share];
      return `  ${columns.map((text) => text.padStart(8)).join("")}  ${steps[kind] ?? kind}\n`;
    });
    return `Start, from the process on: at, took, share\n${lines.join("")}`;
  }
}
