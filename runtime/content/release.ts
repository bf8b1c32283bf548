import Type, { type Static } from "typebox";
import type { Frozen } from "../../config/frozen.ts";
import { limits } from "../../config/limits.ts";
import { type Tier, tierNames } from "../../config/tiers.ts";

const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });

const releaseSchema = Type.Object({
  id: Type.String({ pattern: "^[a-z0-9-]{1,64}$" }),
  version: Type.String({ pattern: "^[0-9A-Za-z.+-]{1,64}$" }),
  sha256,
});

const fileSchema = Type.Object({
  name: Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" }),
  bytes: Type.Integer({ minimum: 0, maximum: limits.avatarBytesMax }),
  sha256,
  tier: Type.Union([Type.Unsafe<Tier>(Type.Enum([...tierNames])), Type.Null()]),
});

export const placedSchema = Type.Object({
  ...releaseSchema.properties,
  files: Type.Array(fileSchema, { maxItems: limits.avatarFilesMax }),
});

/** One version of one avatar; `sha256` is that of its `manifest.json` and stands for all of it. */
export type Release = Frozen<Static<typeof releaseSchema>>;

/** A file of a release; `tier` is null for what the tiers share. */
export type ReleaseFile = Frozen<Static<typeof fileSchema>>;

/** A release with those of its files that lie on this device, or are to. */
export type Placed = Frozen<Static<typeof placedSchema>>;

/** The tiers that a placed release can be shown at, smallest first. */
export function tiersOf({ files }: Placed): readonly Tier[] {
  return tierNames.filter((tier) => files.some((file) => file.tier === tier));
}
