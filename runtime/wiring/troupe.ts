import { tierNames } from "../../config/tiers.ts";
import type { Performer } from "../avatar/performer.ts";

/** Who can be shown on this device, as it is at the moment. */
export interface Troupe {
  ids(): readonly string[];
  find(id: string): Performer | undefined;
  /** Whom the fleet wants on stage: the first of `content/desired`; undefined: it said nothing. */
  first(): string | undefined;
}

/** A troupe that stays as it is. Who is there twice has the tiers of both. */
export function residents(performers: readonly Performer[]): Troupe {
  const known = new Map<string, Performer>();
  for (const { id, tiers } of performers) {
    const all = [...tiers, ...(known.get(id)?.tiers ?? [])];
    known.set(id, { id, tiers: tierNames.filter((tier) => all.includes(tier)) });
  }
  return {
    ids: () => [...known.keys()].toSorted(),
    find: (id) => known.get(id),
    first: () => undefined,
  };
}
