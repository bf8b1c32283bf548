import { limits } from "../../../config/limits.ts";
import type { LicenceStanding } from "./keeper.ts";
import type { LicenceState } from "./verdict.ts";

/** What is to be told of a licence, by the codes of the catalogue. */
export interface LicenceTrouble {
  readonly code: (typeof codes)[keyof typeof codes] | "LICENCE_ENDS" | "LICENCE_CLOCK_BACK";
  readonly evidence: Readonly<Record<string, string | number>>;
}

const codes = {
  "no-clock": "LICENCE_NO_CLOCK",
  expired: "LICENCE_EXPIRED",
  early: "LICENCE_EARLY",
  absent: "LICENCE_MISSING",
  unreadable: "LICENCE_UNREADABLE",
  untrusted: "LICENCE_UNTRUSTED",
  "other-device": "LICENCE_OTHER_DEVICE",
  "other-application": "LICENCE_OTHER_APPLICATION",
  "no-key": "LICENCE_NO_KEY",
} as const satisfies Readonly<Partial<Record<LicenceState, string>>>;

/** Everything about a licence that somebody should know; nothing while all is well. */
export function licenceTroubles(standing: LicenceStanding): readonly LicenceTrouble[] {
  const { verdict, time, trouble } = standing;
  const { state, lease, reason } = verdict;
  const renewal = trouble === undefined ? {} : { renewal: trouble };
  const found: LicenceTrouble[] = [];
  if (state in codes) {
    const why = reason === undefined ? {} : { reason };
    const evidence = { ...why, ...daysOf(standing), ...renewal };
    found.push({ code: codes[state as keyof typeof codes], evidence });
  }
  const leftMs = (lease?.expiresMs ?? 0) - (time.ms ?? 0);
  const isEnding = (state === "due" || state === "no-clock") && leftMs < limits.licenceWarnMs;
  if (isEnding) found.push({ code: "LICENCE_ENDS", evidence: { ...daysOf(standing), ...renewal } });
  const behindDays = Math.round(time.behindMs / dayMs);
  if (behindDays >= 1) found.push({ code: "LICENCE_CLOCK_BACK", evidence: { behindDays } });
  return found;
}

/** How many days are left; below 0: for how many it has been over. */
function daysOf({ verdict: { lease }, time }: LicenceStanding): { daysLeft?: number } {
  if (!lease || time.ms === undefined) return {};
  return { daysLeft: Math.floor((lease.expiresMs - time.ms) / dayMs) };
}

const dayMs = 24 * 3_600_000;
