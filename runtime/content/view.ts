import type { JobError } from "../job/job.ts";
import { type Affair, newAffair } from "./affair.ts";
import type { Wish } from "./desired.ts";
import type { Damage } from "./integrity.ts";
import type { Kept } from "./kept.ts";
import { type Release, tiersOf } from "./release.ts";
import { type AvatarReport, type AvatarState, type ContentReport, stateOf } from "./report.ts";
import type { Shelf } from "./shelf.ts";
import type { Progress, Trouble } from "./supply.ts";
import type { Shown } from "./trial.ts";

/** All that a report is made of. */
export interface View {
  readonly kept: Kept;
  readonly shelf: Pick<Shelf, "releases" | "current" | "previous" | "isProven">;
  readonly affairs: ReadonlyMap<string, Affair>;
  readonly progress: Progress | undefined;
  readonly shown: Shown | undefined;
  /** Avatars that come with the program. */
  readonly shipped: ReadonlySet<string>;
  /** What was damaged and is not here again, by avatars. */
  readonly damages: ReadonlyMap<string, Damage>;
  /** Nothing is to be fetched now. */
  readonly isQuiet: boolean;
}

/** What is told of the content of this device. */
export function reportOf(view: View): ContentReport {
  const { kept, shown, shelf } = view;
  const avatars = kept.desired?.avatars.map((wish, at) => avatarOf(wish, at, view)) ?? [];
  return {
    version: kept.desired?.version ?? null,
    state: kept.desired === null ? "none" : stateOf(avatars),
    errors: [],
    avatars,
    installed: shelf.releases.flatMap((placed) => {
      const { id, version, sha256 } = placed;
      const role = roleOf(placed, shelf);
      if (role === undefined) return [];
      const proven = role === "previous" || shelf.isProven(id);
      return [{ id, version, sha256, tiers: [...tiersOf(placed)], role, proven }];
    }),
    shown: shown ? { id: shown.id, tier: shown.tier } : null,
    poisoned: kept.poisoned.map(({ id, version, sha256, code }) => ({
      ...{ id, version, sha256, code },
    })),
  };
}

/** Whether the release that is current is the one that is meant. */
function isMet(wish: Wish, { kept, shelf }: Pick<View, "kept" | "shelf">): boolean {
  const current = shelf.current(wish.id);
  if (current === undefined) return false;
  if (kept.held.some(({ sha256 }) => sha256 === current.sha256)) return true;
  if (wish.sha256 !== undefined && wish.sha256 !== current.sha256) return false;
  return wish.version === undefined || wish.version === current.version;
}

/** The entry of a release that failed here and is meant by this wish. */
export function poisonOf(wish: Wish, { poisoned }: Kept): Kept["poisoned"][number] | undefined {
  return poisoned.findLast(({ id, version, sha256 }) => {
    if (id !== wish.id || wish.version !== version) return false;
    return wish.sha256 === undefined || wish.sha256 === sha256;
  });
}

function avatarOf(wish: Wish, at: number, view: View): AvatarReport {
  const affair = view.affairs.get(wish.id) ?? newAffair(0);
  const poison = poisonOf(wish, view.kept);
  const state = stateNow(wish, affair, view);
  const trouble =
    affair.trouble ??
    (poison && { ...poison, retryable: false }) ??
    damageOf(view.damages.get(wish.id)) ??
    (state === "waiting" && view.isQuiet ? quiet : undefined);
  const current = view.shelf.current(wish.id);
  const version = affair.release?.version ?? wish.version ?? current?.version ?? null;
  const { bytes = 0, of = 0, bytesPerSecond = 0 } = view.progress ?? {};
  const isFetching = affair.step === "downloading" && of > 0;
  return {
    id: wish.id,
    version,
    state,
    ...(isFetching ? { progress: { bytes, of, bytesPerSecond } } : {}),
    errors: trouble ? [{ ...errorOf(trouble), path: `/avatars/${at}/id` }] : [],
  };
}

function stateNow(wish: Wish, affair: Affair, view: View): AvatarState {
  const { kept, shelf, shown, shipped } = view;
  const isHere = isMet(wish, view);
  const step = affair.step === "downloading" ? (view.progress?.phase ?? affair.step) : affair.step;
  // Looking for something newer is no news while all is well.
  if (step && !(isHere && step === "refreshing")) return step;
  if (poisonOf(wish, kept) || isPoisoned(affair.release, kept)) return "rolled_back";
  if (isHere) {
    if (shelf.isProven(wish.id)) return "committed";
    const isOnScreen = shown?.id === wish.id && shown.version === shelf.current(wish.id)?.version;
    return isOnScreen ? "probation" : "installed";
  }
  if (wish.version === undefined && wish.sha256 === undefined && shipped.has(wish.id)) {
    return "committed";
  }
  if (affair.trouble) return affair.trouble.retryable ? "waiting" : "rejected";
  return view.isQuiet ? "waiting" : "idle";
}

function damageOf(damage: Damage | undefined): Trouble | undefined {
  if (damage === undefined) return undefined;
  const { id, version, name, kind } = damage;
  const fault = kind === "missing" ? "is not here" : `has another ${kind}`;
  const message = `Cannot use all of ${id} ${version}: ${name} ${fault}, it is fetched again`;
  return { code: "FILES_DAMAGED", message, retryable: true };
}

const quiet: Trouble = {
  code: "QUIET_HOURS",
  message: "Cannot fetch now: these are content.quietHours",
  retryable: true,
};

function isPoisoned(release: Release | undefined, { poisoned }: Kept): boolean {
  return poisoned.some(({ sha256 }) => sha256 === release?.sha256);
}

function errorOf({ code, message, retryable, retryAfterMs }: JobError): JobError {
  return { code, message, retryable, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function roleOf({ id, sha256 }: Release, shelf: View["shelf"]): "current" | "previous" | undefined {
  if (shelf.current(id)?.sha256 === sha256) return "current";
  return shelf.previous(id)?.sha256 === sha256 ? "previous" : undefined;
}
