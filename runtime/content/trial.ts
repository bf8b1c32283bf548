import { limits } from "../../config/limits.ts";
import type { Release } from "./release.ts";

/** A release that was shown and has not proven itself. */
export interface Trial extends Pick<Release, "id" | "version"> {
  /** Wall clock of the starts of the program with it. */
  readonly startsMs: readonly number[];
}

/** What stands on the screen. */
export interface Shown {
  readonly id: string;
  /** Of its release; undefined: it is shipped with the program. */
  readonly version: string | undefined;
  readonly tier: string;
}

/**
 * The trial with one more start of the program, or "over" when there were too many in too short a
 * time. A start that seems to lie in the future counts: the board's clock may have been set back.
 */
export function startAgain(trial: Trial, wallMs: number): Trial | "over" {
  const recent = trial.startsMs.filter((ms) => wallMs - ms < limits.trialStartsWindowMs);
  const startsMs = [...recent, wallMs];
  return startsMs.length >= limits.trialStartsMax ? "over" : { ...trial, startsMs };
}
