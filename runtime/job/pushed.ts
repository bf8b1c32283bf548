import type { Static, TObject } from "typebox";
import { Value } from "typebox/value";
import type { JobError } from "./job.ts";
import { readPayload } from "./payload.ts";
import { schemaErrors } from "./schema.ts";
import { signatureError } from "./signature.ts";

/** A document that the fleet pushes and that is not taken: its version where it can be read. */
export interface Refused {
  readonly version: number | null;
  readonly errors: readonly JobError[];
}

/** What a pushed document has to be. `signers` as in `fleet.signers`; none: anybody. */
interface Due<S extends TObject> {
  /** For errors: `configuration`, `content`. */
  readonly what: string;
  readonly schema: S;
  readonly signers: readonly string[];
  /** What else is known to be wrong with it. */
  readonly errors?: readonly JobError[];
}

/** Reads a document with a `version` and a `signature`; every error is told. */
export function readPushed<S extends TObject>(
  payload: Uint8Array,
  { what, schema, signers, errors: known = [] }: Due<S>,
): { readonly body: Static<S> } | Refused {
  const read = readPayload(payload, what);
  if ("error" in read) return { version: null, errors: [read.error] };
  const { body } = read;
  const version = Number.isSafeInteger(body.version) ? (body.version as number) : null;
  const untrusted = signatureError(body, signers);
  const errors = [...(untrusted ? [untrusted] : []), ...known, ...schemaErrors(schema, body)];
  if (errors.length > 0 || !Value.Check(schema, body)) return { version, errors };
  return { body };
}
