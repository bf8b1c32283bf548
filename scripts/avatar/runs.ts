import { runKindShift, runKinds } from "../../runtime/avatar/layout.ts";

/** The matte of one frame as `layout.ts` describes it: runs along rows, alphas of mixed pixels. */
export function encodeMatte(
  matte: Uint8Array,
  width: number,
): { runs: number[]; alphas: number[] } {
  const runs: number[] = [];
  const alphas: number[] = [];
  for (let row = 0; row < matte.length; row += width) {
    for (let x = 0; x < width; ) {
      const kind = kindOf(matte[row + x]!);
      const start = x;
      while (x < width && kindOf(matte[row + x]!) === kind) {
        if (kind === runKinds.mixed) alphas.push(matte[row + x]!);
        x++;
      }
      runs.push((kind << runKindShift) | (x - start));
    }
  }
  return { runs, alphas };
}

function kindOf(alpha: number): number {
  if (alpha === 0) return runKinds.clear;
  return alpha === 255 ? runKinds.solid : runKinds.mixed;
}
