import { lateSteps } from "./listener.ts";
import { type Viseme, visemes } from "./viseme.ts";

/**
 * Settles what the speech model hears into one viseme for each 20 ms. A step is settled as soon as
 * its late answer is there: by the best path (Viterbi, IEEE Transactions on Information Theory,
 * 1967) from the viseme settled before it, through the late answer, and on through the early
 * answers of the steps after it. Staying costs nothing, a change costs `changeCost`. Arg-max alone
 * flickers: it changes 1.3 times as often as mouths do. Allocates nothing.
 */
export class Decoder {
  /** Log chances of the early answers not overtaken by late ones, a row a step, as a ring. */
  readonly #ahead = new Float64Array(lateSteps * visemes.length);
  readonly #score = new Float64Array(visemes.length);
  #steps = 0;
  #settled = 0;

  /**
   * Takes one step's 15 early chances, and the 15 late ones of the step `lateSteps` before, both
   * at `at`. Gives the viseme of that earlier step; undefined for the first `lateSteps` ones.
   */
  push(early: Float32Array, late: Float32Array, at: number): Viseme | undefined {
    const row = (this.#steps % lateSteps) * visemes.length;
    for (let shape = 0; shape < visemes.length; shape++) {
      this.#ahead[row + shape] = logOf(early[at + shape]!);
    }
    this.#steps++;
    if (this.#steps <= lateSteps) return undefined;
    this.#lookAhead();
    let best = 0;
    for (let shape = 0; shape < visemes.length; shape++) {
      this.#score[shape]! += logOf(late[at + shape]!);
      if (shape !== this.#settled) this.#score[shape]! -= changeCost;
      if (this.#score[shape]! > this.#score[best]!) best = shape;
    }
    this.#settled = best;
    return visemes[best];
  }

  reset(): void {
    this.#steps = 0;
    this.#settled = 0;
  }

  /** Scores of the best ways on from each viseme through the early answers, last step first. */
  #lookAhead(): void {
    const score = this.#score.fill(0);
    for (let back = 1; back <= lateSteps; back++) {
      const row = ((this.#steps - back) % lateSteps) * visemes.length;
      for (let shape = 0; shape < visemes.length; shape++)
        score[shape]! += this.#ahead[row + shape]!;
      mayChange(score);
    }
  }
}

const changeCost = 1;
function logOf(chance: number): number {
  return Math.log(chance + 1e-5);
}

function mayChange(score: Float64Array): void {
  let best = score[0]!;
  for (let shape = 1; shape < score.length; shape++) best = Math.max(best, score[shape]!);
  for (let shape = 0; shape < score.length; shape++) {
    score[shape] = Math.max(score[shape]!, best - changeCost);
  }
}
