import { type Viseme, visemes } from "./viseme.ts";

/** What the mouth looks like during one frame. */
export interface MouthShape {
  /** Share of each viseme, in the order of `viseme.ts`; 0 to 1 each, 1 together. */
  readonly weights: Float32Array;
  /** How far the jaw is open: 0 closed, 1 as far as this face opens when it speaks. */
  readonly opening: number;
}

export const visemeIndex = Object.fromEntries(
  visemes.map((viseme, index) => [viseme, index]),
) as Readonly<Record<Viseme, number>>;

export const closedMouth: MouthShape = { weights: only("sil"), opening: 0 };

/** Weights with one viseme alone. */
export function only(viseme: Viseme): Float32Array {
  const weights = new Float32Array(visemes.length);
  weights[visemeIndex[viseme]] = 1;
  return weights;
}
