import { limits } from "../../../config/limits.ts";
import type { Assignment, Avatar } from "../catalogue/avatar.ts";

/** One avatar of a device's set, as `content/desired` names it. */
export interface AvatarWish {
  readonly id: string;
  readonly version: string;
  readonly sha256: string;
}

/**
 * A group is the devices whose names begin with its name and `-`, as `frontdesk fleet
 * --to 'NAME-*'` means them: `berlin` has `berlin-lobby` and `berlin-hall-2`.
 */
export function isInGroup(device: string, group: string): boolean {
  return device.startsWith(`${group}-`);
}

/**
 * The avatars that a device is to have, the first one shown: its own before those of its groups, of
 * two groups the narrower one's first, and of each the newest first. `of` finds what is published.
 */
export function avatarsFor(
  device: string,
  assignments: readonly Assignment[],
  of: ReadonlyMap<string, Avatar>,
): readonly AvatarWish[] {
  const mine = assignments.filter(({ kind, name }) =>
    kind === "device" ? name === device : isInGroup(device, name),
  );
  const ids = new Set(mine.sort(before).map(({ avatarId }) => avatarId));
  const wishes = [...ids].flatMap((id) => {
    const release = of.get(id)?.release;
    return release ? [{ id, version: release.version, sha256: release.sha256 }] : [];
  });
  return wishes.slice(0, limits.contentAvatarsMax);
}

function before(one: Assignment, other: Assignment): number {
  const rank = ({ kind, name }: Assignment) => (kind === "device" ? 0 : 1_000 - name.length);
  return rank(one) - rank(other) || other.assignedMs - one.assignedMs || order(other.id, one.id);
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
