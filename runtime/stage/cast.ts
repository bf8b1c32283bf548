import type { Tier } from "../../config/tiers.ts";

/** Which avatar, of which release, at which tier. */
export interface Cast {
  readonly id: string;
  /** Of an installed release; absent: from the folders of avatars. */
  readonly version?: string;
  readonly tier: Tier;
}

/** An avatar to show, and for an installed release where each of its files lies. */
export interface Casting extends Cast {
  readonly files?: Readonly<Record<string, string>>;
}

/** The name alone, to be told. */
export function named({ id, version, tier }: Casting): Cast {
  return { id, tier, ...(version === undefined ? {} : { version }) };
}

export function isSame(one: Cast, other: Cast): boolean {
  return isSameRelease(one, other) && one.tier === other.tier;
}

/** Whether they differ in their tier at most. */
export function isSameRelease(one: Cast, other: Cast): boolean {
  return one.id === other.id && one.version === other.version;
}
