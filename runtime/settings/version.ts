import { limits } from "../../config/limits.ts";
import type { JobError } from "../job/job.ts";
import type { Version } from "./document.ts";
import type { Kept, Trial } from "./kept.ts";

/** Whether this very document is the one that is in force, on trial, or came to its end last. */
export function isKnown({ committed, trial, ending }: Kept, wanted: Version): boolean {
  return [trial ?? committed, ending].some((known) => known && same(known, wanted));
}

/** Whether it is in force and has proven itself. */
export function isCommitted({ committed, trial }: Kept, wanted: Version): boolean {
  return trial === null && committed !== null && same(committed, wanted);
}

/** Why a version cannot come next; undefined when it can. */
export function versionError(kept: Kept, wanted: Version): JobError | undefined {
  const { version } = wanted;
  if (kept.poisoned.some((one) => same(one, wanted))) {
    return error("POISONED", `it failed its trial, a higher one is due`);
  }
  const seen = [kept.committed, kept.trial, kept.ending, ...kept.poisoned];
  const twin = seen.find((one) => one?.version === version);
  if (twin)
    return error("VERSION_CONFLICT", "another document has this version, each needs its own");
  const highest = Math.max(0, ...seen.map((one) => one?.version ?? 0));
  if (version > highest) return undefined;
  return error("VERSION_NOT_HIGHER", `${highest} was here, a higher one is due`);

  function error(code: string, reason: string): JobError {
    const message = `Cannot take version ${version}: ${reason}`;
    return { code, message, path: "/version", retryable: false };
  }
}

/**
 * The trial with one more start, or "over" when it was started too often in too short a time. A
 * start that seems to lie in the future counts: the clock of the board may have been set back.
 */
export function startAgain(trial: Trial, wallMs: number): Trial | "over" {
  const recent = trial.startsMs.filter((ms) => wallMs - ms < limits.trialStartsWindowMs);
  const startsMs = [...recent, wallMs];
  // The first start is the trial itself; the third is the second crash.
  if (startsMs.length >= limits.trialStartsMax) return "over";
  return { ...trial, state: "probation", startsMs };
}

function same(a: Pick<Version, "version" | "hash">, b: Pick<Version, "version" | "hash">): boolean {
  return a.version === b.version && a.hash === b.hash;
}
