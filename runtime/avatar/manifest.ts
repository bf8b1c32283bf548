import Type, { type Static } from "typebox";
import { limits } from "../../config/limits.ts";
import { framesPerSecond, type Tier } from "../../config/tiers.ts";
import { readDocument } from "./document.ts";
import { AvatarError, demand } from "./error.ts";

/** What this reader understands; a package of a later version is refused by name. */
export const manifestVersion = 1;

/** What a package may need of its reader beyond version 1; a need not listed here refuses it. */
const needsKnown: readonly string[] = ["tiles", "instant", "studio"];

/**
 * `manifest.json` of a package: what it is, and each of its files with size and hash (FORMAT.md).
 * Unknown fields are kept for later releases; fields known here must be right.
 */
export type Manifest = Static<typeof manifestSchema>;

export type FileEntry = Static<typeof fileEntry>;

export type TierEntry = Manifest["tiers"][string];

/** How the mouth is made: from mouths of the take, or by a network that was trained on it. */
export type LipSync = Static<typeof lipSync>;

const channel = Type.Integer({ minimum: 0, maximum: 255 });
const side = Type.Integer({ minimum: 2, maximum: limits.avatarSideMax });
const text = Type.String({ minLength: 1, maxLength: 200 });
const word = Type.String({ pattern: "^[A-Za-z0-9-]{1,32}$" });
const count = Type.Integer({ minimum: 1, maximum: limits.avatarFramesMax });
const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const lipSync = Type.Enum(["instant", "studio"]);

const fileEntry = Type.Object({
  file: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" }),
  bytes: Type.Integer({ minimum: 1, maximum: limits.avatarBytesMax }),
  sha256,
});

const tierEntry = Type.Intersect([fileEntry, Type.Object({ width: side, height: side })]);

export const manifestSchema = Type.Object({
  format: Type.Literal("frontdesk-avatar"),
  version: Type.Literal(manifestVersion),
  needs: Type.Array(word, { maxItems: 32 }),
  id: Type.String({ pattern: "^[a-z0-9-]{1,64}$" }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  kind: Type.Enum(["exclusive", "generic", "photo"]),
  lipsync: Type.Array(lipSync, { maxItems: 2 }),
  speechModel: Type.Union([Type.Object({ id: word, sha256 }), Type.Null()]),
  fps: Type.Literal(framesPerSecond),
  backdrop: Type.Tuple([channel, channel, channel]),
  idle: Type.Object({ frames: count }),
  actions: Type.Array(Type.Object({ name: word, frames: count }), {
    maxItems: limits.avatarClipsMax,
  }),
  /** Actions that can be held, as a listener holds still. */
  poses: Type.Array(word, { maxItems: limits.avatarClipsMax }),
  shared: Type.Optional(fileEntry),
  tiers: Type.Record(Type.String({ pattern: "^[0-9]{3,4}p$" }), tierEntry),
  licence: text,
  consent: Type.Union([text, Type.Null()]),
  provenance: Type.Object({}),
});

const head = Type.Object({ format: Type.String(), version: Type.Integer() });

/** Throws AvatarError, which names the field that is wrong. */
export function parseManifest(bytes: Uint8Array): Manifest {
  demand(
    bytes.length <= limits.avatarManifestBytesMax,
    () => `manifest has ${bytes.length} bytes, limit is ${limits.avatarManifestBytesMax} bytes`,
  );
  const { version } = readDocument("manifest", bytes, head);
  demand(
    version === manifestVersion,
    () => `manifest has version ${version}, this release reads ${manifestVersion}`,
  );
  const manifest = readDocument("manifest", bytes, manifestSchema);
  const foreign = manifest.needs.filter((need) => !needsKnown.includes(need));
  const known = needsKnown.join(", ");
  demand(foreign.length === 0, () => `package needs ${foreign}, this release knows ${known}`);
  return manifest;
}

/** The entry of a tier; throws AvatarError, which names the tiers there are. */
export function entryOf(manifest: Manifest, tier: Tier): TierEntry {
  const found = Object.hasOwn(manifest.tiers, tier) ? manifest.tiers[tier] : undefined;
  if (found) return found;
  const known = Object.keys(manifest.tiers).join(", ") || "none";
  throw new AvatarError(`package has no tier ${tier}, it has ${known}`);
}
