import { type Apply, configSchema } from "./config.ts";

/** One key of the configuration that has a value of its own. */
export interface ConfigKey {
  /** JSON Pointer (RFC 6901) into the configuration, as `/broker/url`. */
  readonly pointer: string;
  readonly apply: Apply;
}

interface Schema {
  readonly apply?: Apply;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Every key, in the order of the schema. */
export const configKeys: readonly ConfigKey[] = keysOf(configSchema as Schema, "");

/** What stands at `pointer`; undefined when there is nothing. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const key of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function keysOf({ properties, apply }: Schema, pointer: string): ConfigKey[] {
  if (!properties) return [{ pointer, apply: apply ?? "restart" }];
  return Object.entries(properties).flatMap(([key, inner]) => keysOf(inner, `${pointer}/${key}`));
}
