import { limits } from "../../config/limits.ts";
import type { Release } from "./release.ts";
import type { AvatarState } from "./report.ts";
import type { Trouble } from "./supply.ts";

/** What is under way for one avatar of the set; what lies on the device is the shelf's to say. */
export interface Affair {
  /** The errand's step, while one is under way. */
  readonly step: AvatarState | undefined;
  /** The release that is meant, once it is known. */
  readonly release: Release | undefined;
  /** Why the last errand failed, or why none may be run. */
  readonly trouble: Trouble | undefined;
  readonly failures: number;
  /** When the next errand is due. */
  readonly dueMs: number;
}

/** Nothing is known; an errand is due at `dueMs`. */
export function newAffair(dueMs: number): Affair {
  return { step: undefined, release: undefined, trouble: undefined, failures: 0, dueMs };
}

/** The errand ended well; the next one looks for a newer release, where any may come. */
export function done(affair: Affair, dueMs: number): Affair {
  return { ...affair, step: undefined, trouble: undefined, failures: 0, dueMs };
}

/**
 * The errand failed. What may change by itself is tried again within bounds that double, half of
 * them by chance (`random` in [0, 1)), so that thousands of devices do not come at once; what may
 * not is looked at as seldom as a newer release.
 */
export function failed(affair: Affair, trouble: Trouble, nowMs: number, random: number): Affair {
  const failures = affair.failures + 1;
  const doubled = limits.contentAgainMsMin * 2 ** Math.min(failures - 1, 20);
  const boundMs = trouble.retryable
    ? Math.min(limits.contentAgainMsMax, doubled)
    : limits.contentCheckMs;
  const waitMs = Math.max(trouble.retryAfterMs ?? 0, boundMs * (0.5 + 0.5 * random));
  const told = trouble.retryable ? { ...trouble, retryAfterMs: Math.round(waitMs) } : trouble;
  return { ...affair, step: undefined, trouble: told, failures, dueMs: nowMs + waitMs };
}
