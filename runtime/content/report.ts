import { type Static, Type } from "typebox";
import type { Frozen } from "../../config/frozen.ts";
import { errorSchema } from "../job/told.ts";

/** The way of one avatar of the set, from its turn to its end. */
const avatarStates = [
  "idle",
  "waiting",
  "refreshing",
  "downloading",
  "verifying",
  "installed",
  "switching",
  "probation",
  "committed",
  "rolled_back",
  "rejected",
] as const;

export type AvatarState = (typeof avatarStates)[number];

const id = Type.String({ pattern: "^[a-z0-9-]{1,64}$" });
const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const count = Type.Integer({ minimum: 0 });

const release = { id, version: Type.String(), sha256 };

/** What stands in `content/reported`. */
export const reportSchema = Type.Object({
  version: Type.Union([Type.Integer(), Type.Null()], {
    description: "The set that this is about; null when none came, or it could not be read",
  }),
  state: Type.Enum(["none", "working", "waiting", "installed", "failed", "rejected"], {
    description: "Of the set; failed: one of its avatars will not come by itself",
  }),
  errors: Type.Array(errorSchema, { description: "Of the set itself" }),
  avatars: Type.Array(
    Type.Object({
      id,
      version: Type.Union([Type.String(), Type.Null()], {
        description: "The release that is meant, once it is known",
      }),
      state: Type.Enum([...avatarStates]),
      progress: Type.Optional(
        Type.Object({ bytes: count, of: count, bytesPerSecond: count }, { description: "Of now" }),
      ),
      errors: Type.Array(errorSchema),
    }),
    { description: "Each avatar of the set, in its order" },
  ),
  installed: Type.Array(
    Type.Object({
      ...release,
      tiers: Type.Array(Type.String()),
      role: Type.Enum(["current", "previous"], { description: "previous: kept to go back to" }),
      proven: Type.Boolean({ description: "It was shown through its probation" }),
    }),
    { description: "Releases on this device, besides those shipped with the program" },
  ),
  shown: Type.Union([Type.Object({ id, tier: Type.String() }), Type.Null()], {
    description: "The avatar on the screen",
  }),
  poisoned: Type.Array(Type.Object({ ...release, code: Type.String() }), {
    description: "Releases that failed here; they are not tried again",
  }),
});

export type ContentReport = Frozen<Static<typeof reportSchema>>;

/** How an avatar of the set fares. */
export type AvatarReport = ContentReport["avatars"][number];

/** The set in one word, by its avatars. */
export function stateOf(avatars: readonly AvatarReport[]): ContentReport["state"] {
  const states = avatars.map(({ state }) => state);
  if (states.some((state) => working.has(state))) return "working";
  if (states.some((state) => state === "waiting")) return "waiting";
  if (states.some((state) => state === "rejected" || state === "rolled_back")) return "failed";
  return "installed";
}

const working: ReadonlySet<AvatarState> = new Set<AvatarState>([
  "idle",
  "refreshing",
  "downloading",
  "verifying",
  "switching",
  "probation",
]);

/** Of a device with no avatars but those of the program; `fault` says why, `""`: none are due. */
export function emptyReport(fault: string): ContentReport {
  const error = { code: "STORAGE_FAILED", message: fault, retryable: true };
  return {
    ...{ version: null, state: "none", errors: fault === "" ? [] : [error] },
    ...{ avatars: [], installed: [], shown: null, poisoned: [] },
  };
}
