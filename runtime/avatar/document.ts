import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { AvatarError } from "./error.ts";

/** Reads UTF-8 JSON that must match `schema`; errors name `what` and the first wrong field. */
export function readDocument<S extends TSchema>(
  what: string,
  bytes: Uint8Array,
  schema: S,
): Static<S> {
  const value = parse(what, bytes);
  if (Value.Check(schema, value)) return value as Static<S>;
  const [error] = Value.Errors(schema, value);
  const field = (error?.instancePath ?? "").slice(1).replaceAll("/", ".");
  const fault = error?.keyword === "boolean" ? "is not a known field" : error?.message;
  throw new AvatarError(`${what}${field && ` field "${field}"`}: ${fault}`);
}

function parse(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new AvatarError(`${what} is no JSON, a UTF-8 JSON document was due`);
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });
