import type { Placed } from "./release.ts";
import type { Role, ShelfState } from "./shelf-file.ts";

export function findRelease(
  { releases }: ShelfState,
  sha256: string | undefined,
): Placed | undefined {
  return releases.find((one) => one.sha256 === sha256);
}

export function roleOf({ roles }: ShelfState, id: string): Role | undefined {
  return roles.find((role) => role.id === id);
}

/**
 * With a release more, or of one that is here already with its further files. Another that its
 * avatar neither shows nor falls back to, nor is to have, makes way.
 */
export function withRelease(state: ShelfState, placed: Placed): ShelfState {
  const { id, sha256 } = placed;
  const here = findRelease(state, sha256);
  const known = new Set(here?.files.map(({ name }) => name));
  const more = placed.files.filter(({ name }) => !known.has(name));
  if (here && more.length === 0) return state;
  const whole = here ? { ...here, files: [...here.files, ...more] } : placed;
  const others = pruned(state, id, () => true).releases.filter((one) => one.sha256 !== sha256);
  return { ...state, releases: [...others, whole] };
}

/** A release on trial never pushes the last proven one out. */
export function switched(state: ShelfState, id: string, sha256: string): ShelfState {
  const role = roleOf(state, id);
  if (role?.current === sha256) return state;
  const previous = role?.proven ? role.current : role?.previous;
  const kept = previous === sha256 ? undefined : previous;
  return withRole(state, { id, current: sha256, proven: false, ...fallback(kept) });
}

export function committed(state: ShelfState, id: string): ShelfState {
  const role = roleOf(state, id);
  return role === undefined || role.proven ? state : withRole(state, { ...role, proven: true });
}

/** Nothing to fall back to: nothing changes. */
export function rolledBack(state: ShelfState, id: string): ShelfState {
  const previous = roleOf(state, id)?.previous;
  if (previous === undefined) return state;
  return withRole(state, { id, current: previous, proven: true });
}

export function removed(state: ShelfState, id: string): ShelfState {
  if (roleOf(state, id) === undefined && !state.releases.some((one) => one.id === id)) return state;
  const roles = state.roles.filter((role) => role.id !== id);
  return pruned({ ...state, roles }, id, () => true);
}

/** What the role was about and is no more goes; what was not shown yet stays. */
function withRole(state: ShelfState, role: Role): ShelfState {
  const before = roleOf(state, role.id);
  const others = state.roles.filter(({ id }) => id !== role.id);
  const had = [before?.current, before?.previous];
  return pruned({ ...state, roles: [...others, role] }, role.id, (sha256) => had.includes(sha256));
}

/** Without those releases of an avatar that `may` go and are of no use. */
function pruned(state: ShelfState, id: string, may: (sha256: string) => boolean): ShelfState {
  const role = roleOf(state, id);
  const kept = new Set([role?.current, role?.previous, ...state.wanted.map((one) => one.sha256)]);
  const releases = state.releases.filter((one) => {
    return one.id !== id || kept.has(one.sha256) || !may(one.sha256);
  });
  return { ...state, releases };
}

function fallback(previous: string | undefined): { readonly previous?: string } {
  return previous === undefined ? {} : { previous };
}
