import type { MouthPatch } from "../avatar/tier.ts";
import { type MouthShape, visemeIndex } from "../mouth/shape.ts";
import { visemes } from "../mouth/viseme.ts";
import type { LipSync } from "./lip-sync.ts";
import type { Moment } from "./moment.ts";

/** The mouth of the idle frame itself: no patch is drawn. */
export const closed = -1;

type Patch = Pick<MouthPatch, "name" | "amount" | "opening">;

/** The patches of each viseme, in the order of `viseme.ts`, by rising amount. */
export type LipTable = readonly (readonly (Patch & { readonly index: number })[])[];

/** Sorts a tier's patches by viseme; shapes of other names are left for those who know them. */
export function lipTable(patches: readonly Patch[]): LipTable {
  const numbered = patches.map((patch, index) => ({ ...patch, index }));
  return visemes.map((viseme) =>
    numbered.filter(({ name }) => name === viseme).sort((a, b) => a.amount - b.amount),
  );
}

/**
 * The patch that comes nearest to a mouth: that of its strongest viseme, made as far as the jaw is
 * open. Where the lips say more than the jaw (p b m, f v, s) the viseme's share against silence
 * counts instead, so that a closure is seen as one. `closed` when the closed mouth is nearer.
 */
export function chooseLips(table: LipTable, shape: MouthShape | undefined): number {
  if (!shape) return closed;
  const viseme = strongest(shape.weights);
  const patches = table[viseme] ?? [];
  const wanted = wantedAmount(shape, viseme, patches.at(-1)?.opening ?? 0);
  let nearest = closed;
  let distance = wanted;
  for (const { amount, index } of patches) {
    if (Math.abs(amount - wanted) > distance) continue;
    distance = Math.abs(amount - wanted);
    nearest = index;
  }
  return nearest;
}

function wantedAmount({ weights, opening }: MouthShape, viseme: number, full: number): number {
  if (full >= jawOpening) return Math.min(1, opening / full);
  const share = weights[viseme]!;
  return share === 0 ? 0 : share / (share + weights[visemeIndex.sil]!);
}

/** Shapes that open the jaw less than this, as a share of the widest, are made by the lips. */
const jawOpening = 0.3;

/** The strongest viseme but silence, which has no patches: `opening` tells how much it counts. */
function strongest(weights: Float32Array): number {
  let best = 1;
  for (let index = 2; index < weights.length; index++) {
    if (weights[index]! > weights[best]!) best = index;
  }
  return best;
}

/** The lip-sync of a figure that has nothing but pictures of visemes. */
export class PicturedLips implements LipSync {
  readonly #table: LipTable;

  constructor(patches: readonly Patch[]) {
    this.#table = lipTable(patches);
  }

  patchAt(moment: Moment): number | undefined {
    const chosen = chooseLips(this.#table, moment);
    return chosen === closed ? undefined : chosen;
  }

  async prepare(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
