import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import type { Frozen } from "../../config/frozen.ts";
import { limits } from "../../config/limits.ts";
import type { Trace } from "../diagnostics/trace.ts";
import { decodeLine, encodeLine } from "../line.ts";
import { placedSchema } from "./release.ts";

const sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });

const roleSchema = Type.Object({
  id: Type.String(),
  current: sha256,
  /** Whether the current release passed its probation. */
  proven: Type.Boolean(),
  previous: Type.Optional(sha256),
});

const placed = Type.Array(placedSchema, { maxItems: limits.contentReleasesMax });

const stateSchema = Type.Object({
  format: Type.Literal("frontdesk-shelf"),
  version: Type.Literal(1),
  releases: placed,
  roles: Type.Array(roleSchema, { maxItems: limits.contentReleasesMax }),
  wanted: placed,
});

/** What an avatar shows and falls back to, by the hashes of the releases' manifests. */
export type Role = Frozen<Static<typeof roleSchema>>;

/** The depot's index as a value. */
export type ShelfState = Frozen<Static<typeof stateSchema>>;

const empty: ShelfState = {
  ...{ format: "frontdesk-shelf", version: 1 },
  ...{ releases: [], roles: [], wanted: [] },
};

/** One line, its checksum first: a medium that forgets bits is found out. */
export function encodeShelf(state: ShelfState): Uint8Array {
  return new TextEncoder().encode(encodeLine(state));
}

/** Damaged, or of another version: noted, and nothing is known. */
export function readShelf(bytes: Uint8Array | undefined, trace: Trace): ShelfState {
  if (bytes === undefined) return empty;
  const value = decodeLine(new TextDecoder().decode(bytes).trimEnd());
  if (Value.Check(stateSchema, value)) return value;
  const [error] = value === undefined ? [] : Value.Errors(stateSchema, value);
  const fault = value === undefined ? "checksum" : `${error?.instancePath} ${error?.message}`;
  trace.note({ area: "content", kind: "index-damaged", fault });
  return empty;
}
