import type { TObject, TSchema } from "typebox";
import { Value } from "typebox/value";
import type { SiteFields } from "../../../drivers/site/site.ts";
import { invalid, type Refusal } from "../refusal.ts";

/** What an action demands as input, checked; what it does not name is left out. */
export function checked(schema: TObject | undefined, value: unknown): Checked {
  if (schema === undefined) return { input: {} };
  if (Value.Check(schema, value)) return { input: Value.Clean(schema, structuredClone(value)) };
  const [fault] = Value.Errors(schema, value);
  const place = fault?.instancePath ?? "";
  const what = place === "" ? "input" : place.slice(1).replaceAll("/", " ");
  return { refusal: invalid(place, `Cannot take ${what}: it ${fault?.message ?? "is wrong"}`) };
}

export type Checked = { readonly input: unknown } | { readonly refusal: Refusal };

/** The input that the fields of a form or a query stand for: texts become what the schema asks. */
export function inputOf(
  schema: TObject | undefined,
  fields: SiteFields,
): Readonly<Record<string, unknown>> {
  const properties = Object.entries(schema?.properties ?? {});
  return Object.fromEntries(
    properties.flatMap(([name, of]) => {
      const values = (fields.get(name) ?? []).filter((value) => value !== "");
      return values.length === 0 ? [] : [[name, typed(of, values)] as const];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: what the schema says of a text is the answer.
    return text;
  }
}

function typed(schema: TSchema, values: readonly string[]): unknown {
  const { type } = schema as { readonly type?: string };
  const last = values.at(-1) ?? "";
  // A list of documents comes as JSON, one of words as the word again and again.
  if (type === "array") return last.startsWith("[") ? parsed(last) : values;
  if (type === "integer" || type === "number") return Number(last);
  if (type === "boolean") return last === "true" || last === "on";
  return last.trim();
}
