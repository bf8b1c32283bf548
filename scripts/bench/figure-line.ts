import { percentile } from "../../runtime/percentile.ts";

/** One measured figure and what it should be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: { readonly atMost: number } | { readonly atLeast: number } | undefined;
}

/** Whether the figure reaches its target; one without a target always does. */
export function holds({ value, target }: Figure): boolean {
  if (target === undefined) return true;
  return "atMost" in target ? value <= target.atMost : value >= target.atLeast;
}

/** `name, value, unit, target, holds|short`, in columns. */
export function figureLine(figure: Figure): string {
  const { name, value, unit, target } = figure;
  const bound =
    target === undefined
      ? "-"
      : "atMost" in target
        ? `<= ${target.atMost}`
        : `>= ${target.atLeast}`;
  const verdict = holds(figure) ? "holds" : "short";
  const shown = Number.isInteger(value)
    ? String(value)
    : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
  return [name.padEnd(52), shown.padStart(9), unit.padEnd(8), bound.padEnd(10), verdict].join("  ");
}

/** A percentile of measured values, NaN where nothing was measured. */
export function percentileOf(values: readonly number[], share: number): number {
  return percentile(values, share) ?? Number.NaN;
}
