import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { AvatarError } from "./error.ts";

/** Reads UTF-8 JSON that must match `schema`; errors name `what` and the first wrong field. */
export function readDocument<S extends TSchema>(
  what: string,
  bytes: Uint8Array,
  schema: S,
): Static<S> {
  return checkDocument(what, parse(what, bytes), schema);
}

/** A value that must match `schema`; errors name `what` and the first wrong field. */
export function checkDocument<S extends TSchema>(
  what: string,
  value: unknown,
  schema: S,
): Static<S> {
  if (Value.Check(schema, value)) return value as Static<S>;
  const [error] = Value.Errors(schema, value);
  const field = (error?.instancePath ?? "").slice(1).replaceAll("/", ".");
  throw new AvatarError(`${what}${field && ` field "${field}"`}: ${error?.message}`);
}

function parse(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new AvatarError(`${what} is no JSON, a UTF-8 JSON document was due`);
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });
