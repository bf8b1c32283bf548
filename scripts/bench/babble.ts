import { only } from "../../runtime/mouth/shape.ts";
import type { Viseme } from "../../runtime/mouth/viseme.ts";
import type { Moment } from "../../runtime/stage/moment.ts";

/** Lively speech without a pause that does not repeat itself: every frame another mouth. */
export class Babble implements Moment {
  frame = 0;
  readonly known = Number.POSITIVE_INFINITY;

  get weights(): Float32Array {
    return this.near(0).weights;
  }

  get opening(): number {
    return this.near(0).opening;
  }

  near(frames: number) {
    const at = Math.max(0, this.frame + frames);
    const [viseme, opening] = said[at % said.length]!;
    return { weights: only(viseme), opening: opening * (0.5 + ((at * 0.618) % 1)) };
  }
}

const said: readonly (readonly [Viseme, number])[] = [
  ["PP", 0.1],
  ["aa", 0.7],
  ["SS", 0.2],
  ["ou", 0.4],
  ["nn", 0.3],
  ["E", 0.6],
  ["FF", 0.15],
];
