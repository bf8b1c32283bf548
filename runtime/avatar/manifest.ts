import Type, { type Static } from "typebox";
import { limits } from "../../config/limits.ts";
import { framesPerSecond, type Tier } from "../../config/tiers.ts";
import { readDocument } from "./document.ts";
import { AvatarError, demand } from "./error.ts";

/** What this reader understands; a package of a later version is refused by name. */
const manifestVersion = 0;

/**
 * `manifest.json` of a package: what it is, and for each tier the one file that holds it. Unknown
 * fields are kept for later versions to use; fields known here must be right.
 */
export type Manifest = Static<typeof schema>;

export type TierEntry = Manifest["tiers"][string];

const channel = Type.Integer({ minimum: 0, maximum: 255 });
const side = Type.Integer({ minimum: 2, maximum: limits.avatarSideMax });

const entry = Type.Object({
  file: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" }),
  bytes: Type.Integer({ minimum: 1, maximum: limits.avatarBytesMax }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  width: side,
  height: side,
});

const schema = Type.Object({
  format: Type.Literal("frontdesk-avatar"),
  version: Type.Literal(manifestVersion),
  id: Type.String({ pattern: "^[a-z0-9-]{1,64}$" }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  licence: Type.String({ minLength: 1, maxLength: 100 }),
  fps: Type.Literal(framesPerSecond),
  backdrop: Type.Tuple([channel, channel, channel]),
  tiers: Type.Record(Type.String({ pattern: "^[0-9]{3,4}p$" }), entry),
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
  return readDocument("manifest", bytes, schema);
}

/** The entry of a tier; throws AvatarError, which names the tiers there are. */
export function entryOf(manifest: Manifest, tier: Tier): TierEntry {
  const found = Object.hasOwn(manifest.tiers, tier) ? manifest.tiers[tier] : undefined;
  if (found) return found;
  const known = Object.keys(manifest.tiers).join(", ") || "none";
  throw new AvatarError(`package has no tier ${tier}, it has ${known}`);
}
