import { type Tier, tierNames } from "../../config/tiers.ts";
import type { Casting } from "../stage/cast.ts";
import type { Troupe } from "./troupe.ts";

/** Who wants whom on stage, by ids; undefined: no wish. */
export interface Wishes {
  /** Of the job that speaks or comes next. */
  readonly job: string | undefined;
  /** Of `schedule.avatars`, for this hour. */
  readonly scheduled: string | undefined;
  /** Of `avatar.id`. */
  readonly configured: string;
}

/**
 * Who is to be on stage: the first whom somebody wants, the job before the hour, the hour before
 * the fleet, the fleet before the configuration, and who is here and has a tier that can be shown.
 * At `level`, or at the next lower tier there is. undefined: nobody, so that who is there stays.
 */
export function castFor(
  { job, scheduled, configured }: Wishes,
  troupe: Pick<Troupe, "find" | "first">,
  level: Tier,
  isRefused: (cast: Casting) => boolean,
): Casting | undefined {
  for (const id of [job, scheduled, troupe.first(), configured]) {
    const performer = id === undefined ? undefined : troupe.find(id);
    if (performer === undefined) continue;
    const { tiers, ...named } = performer;
    const highest = tierNames.indexOf(level);
    const castings = tierNames
      .filter((tier, at) => at <= highest && tiers.includes(tier))
      .map((tier) => ({ ...named, tier }));
    const found = castings.findLast((cast) => !isRefused(cast));
    if (found) return found;
  }
  return undefined;
}
