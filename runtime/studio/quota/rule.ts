import { addMonths } from "./months.ts";
import type { Quota, Target } from "./quota.ts";

/** For so long a quota that was used for the cloud also serves a client-rendered training. */
const reuseMonths = 6;

/**
 * The first instant at which a quota used for an acceptance at `acceptedMs` no longer counts by
 * form 2; null where it never does. "Less than six months before now": at the edge itself it is
 * over. The months are those of the account's time zone at the acceptance.
 */
export function reusableUntil(target: Target, acceptedMs: number, timeZone: string): number | null {
  return target === "cloud" ? addMonths(acceptedMs, reuseMonths, timeZone) : null;
}

/** What a quota is good for at a moment, by the uses in the ledger. */
export function stateOf(
  { uses, reusableUntilMs }: Pick<Quota, "uses" | "reusableUntilMs">,
  nowMs: number,
): Quota["state"] {
  if (uses.length === 0) return "unused";
  if (uses.length > 1 || reusableUntilMs === null) return "spent";
  return nowMs < reusableUntilMs ? "reusable" : "expired";
}
