import { type Static, Type } from "typebox";
import { limits } from "../../config/limits.ts";
import type { JobError } from "../job/job.ts";
import { hashOf } from "../job/payload.ts";
import { type Refused, readPushed } from "../job/pushed.ts";

const wish = Type.Object({
  id: Type.String({ pattern: "^[a-z0-9-]{1,64}$" }),
  version: Type.Optional(
    Type.String({
      pattern: "^[0-9A-Za-z.+-]{1,64}$",
      description: "Of its release; absent: the newest that the repository has",
    }),
  ),
  sha256: Type.Optional(
    Type.String({ pattern: "^[0-9a-f]{64}$", description: "Of the release's manifest.json" }),
  ),
});

/** The payload of `content/desired`: the avatars that a device is to have, the first one shown. */
export const desiredSchema = Type.Object({
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  avatars: Type.Array(wish, { minItems: 1, maxItems: limits.contentAvatarsMax }),
  signature: Type.Optional(Type.String({ maxLength: 128 })),
});

/** One avatar that is to be here. */
export type Wish = Readonly<Static<typeof wish>>;

/** A version of the set. */
export interface Desired {
  readonly version: number;
  /** SHA-256 of `avatars`, whatever the order of its keys. */
  readonly hash: string;
  readonly avatars: readonly Wish[];
}

/** Reads a desired set; every error is told. `signers` as in `fleet.signers`; none: anybody. */
export function readDesired(payload: Uint8Array, signers: readonly string[]): Desired | Refused {
  const read = readPushed(payload, { what: "content", schema: desiredSchema, signers });
  if ("errors" in read) return read;
  const { version, avatars: wishes } = read.body;
  const twins = twinErrors(wishes);
  if (twins.length > 0) return { version, errors: twins };
  const avatars = wishes.map(wishOf);
  return { version, hash: hashOf(avatars), avatars };
}

/** Why a set cannot follow the one that is known; undefined when it can. */
export function versionError(known: Desired | null, wanted: Desired): JobError | undefined {
  if (known === null || wanted.version > known.version) return undefined;
  if (wanted.version < known.version) {
    return error("VERSION_NOT_HIGHER", `${known.version} was here, a higher one is due`);
  }
  return error("VERSION_CONFLICT", "another set has this version, each needs its own");

  function error(code: string, reason: string): JobError {
    const message = `Cannot take version ${wanted.version}: ${reason}`;
    return { code, message, path: "/version", retryable: false };
  }
}

/** An avatar is on a device once; two versions of it leave open which one is meant. */
function twinErrors(avatars: readonly Wish[]): JobError[] {
  return avatars.flatMap(({ id }, at) => {
    if (avatars.findIndex((one) => one.id === id) === at) return [];
    const message = `Cannot take avatar ${id}: it stands in the set twice, it may once`;
    return [{ code: "DUPLICATE", message, path: `/avatars/${at}/id`, retryable: false }];
  });
}

/** Without the fields that nobody here knows. */
function wishOf({ id, version, sha256 }: Wish): Wish {
  const pinned = version === undefined ? {} : { version };
  return { id, ...pinned, ...(sha256 === undefined ? {} : { sha256 }) };
}
