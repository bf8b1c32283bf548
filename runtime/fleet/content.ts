import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { Frozen } from "../../config/frozen.ts";
import type { JobError } from "../job/job.ts";
import { readPayload } from "../job/payload.ts";
import { schemaErrors } from "../job/schema.ts";
import { errorSchema } from "../job/told.ts";

const id = Type.String({ pattern: "^[a-z0-9-]{1,64}$" });
const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });

/** The payload of `content/desired`: the set of avatars that a device is to have. */
export const contentDesiredSchema = Type.Object({
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  avatars: Type.Array(
    Type.Object({
      id,
      version: Type.Optional(Type.String({ maxLength: 64 })),
      sha256: Type.Optional(sha256),
      url: Type.Optional(Type.String({ pattern: "^https://", maxLength: 2048 })),
    }),
    { minItems: 1, maxItems: 16 },
  ),
});

/** What stands in `content/reported`. */
export const contentReportSchema = Type.Object({
  version: Type.Union([Type.Integer(), Type.Null()], {
    description: "The desired set that this is about; null when none came, or it was unreadable",
  }),
  state: Type.Enum(["none", "installed", "rejected"]),
  errors: Type.Array(errorSchema),
  installed: Type.Array(Type.Object({ id, tier: Type.String() }), {
    description: "Avatars that this device can show, the one on the screen first",
  }),
});

export type ContentReport = Frozen<Static<typeof contentReportSchema>>;

/** What is installed: the avatar on the screen. */
type Installed = ContentReport["installed"];

/** No set was asked for. */
export function contentAsIs(installed: Installed): ContentReport {
  return { version: null, state: "none", errors: [], installed };
}

/**
 * The answer to a desired set. One that is here already is `installed`; this release fetches none,
 * and says so of every avatar that is missing.
 */
export function answerContent(payload: Uint8Array, installed: Installed): ContentReport {
  const read = readPayload(payload, "content");
  const body = "body" in read ? read.body : {};
  const version = Number.isSafeInteger(body.version) ? (body.version as number) : null;
  const errors = "error" in read ? [read.error] : schemaErrors(contentDesiredSchema, body);
  if (errors.length > 0 || !Value.Check(contentDesiredSchema, body)) {
    return { version, state: "rejected", errors, installed };
  }
  const missing = body.avatars.flatMap((avatar, at) =>
    installed.some((one) => one.id === avatar.id) ? [] : [notHere(avatar.id, at)],
  );
  const state = missing.length > 0 ? "rejected" : "installed";
  return { version, state, errors: missing, installed };
}

function notHere(avatar: string, at: number): JobError {
  const message = `Cannot fetch avatar ${avatar}: this release shows those it is installed with`;
  return { code: "UNSUPPORTED", message, path: `/avatars/${at}/id`, retryable: false };
}
