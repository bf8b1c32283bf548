import type { Instant } from "../avatar/instant.ts";
import type { Moment } from "./moment.ts";
import { fillWindow } from "./mouth-window.ts";

/** Tells the code of the mouth that belongs to a moment, as `instant.ts` describes it. */
export class Ear {
  readonly #instant: Instant;
  readonly #known: Float32Array;
  /** The code told last. */
  readonly code: Float32Array;

  constructor(instant: Instant) {
    this.#instant = instant;
    this.#known = new Float32Array(instant.window.length);
    this.code = new Float32Array(instant.codes);
  }

  /** Sets `code`. Allocates nothing. */
  listen(moment: Moment): void {
    const { window, scale, anchors, linear } = this.#instant;
    const known = this.#known;
    fillWindow(known, window, moment);
    for (let at = 0; at < known.length; at++) {
      known[at] = (known[at]! - scale[at * 2]!) * scale[at * 2 + 1]!;
    }
    this.code.fill(0);
    const count = anchors.length / known.length;
    for (let anchor = 0; anchor < count; anchor++) this.#add(anchor, this.#nearness(anchor));
    for (let at = 0; at < known.length; at++) this.#add(count + at, linear * known[at]!);
    this.#add(count + known.length, 1);
  }

  #nearness(anchor: number): number {
    const { anchors, reach } = this.#instant;
    const known = this.#known;
    const start = anchor * known.length;
    let distance = 0;
    for (let at = 0; at < known.length; at++) {
      const apart = known[at]! - anchors[start + at]!;
      distance += apart * apart;
    }
    return Math.exp(-distance / reach);
  }

  #add(row: number, share: number): void {
    const { weights, codes } = this.#instant;
    for (let at = 0; at < codes; at++) this.code[at]! += share * weights[row * codes + at]!;
  }
}
