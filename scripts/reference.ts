import { configSchema } from "../config/config.ts";

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly (string | number)[];
  readonly default?: unknown;
  readonly description?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly apply?: string;
  readonly anyOf?: readonly Schema[];
}

/** Every key of the configuration as a Markdown table; `a change` says what one needs. */
export function configReference(): string {
  const rows = describe(configSchema as Schema, "");
  return ["| key | value | default | a change | meaning |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

function describe(schema: Schema, path: string): string[] {
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([key, inner]) =>
      describe(inner, path === "" ? key : `${path}.${key}`),
    );
  }
  const fallback = schema.default === undefined ? "" : `\`${JSON.stringify(schema.default)}\``;
  const cells = [`\`${path}\``, kindOf(schema), fallback, schema.apply, schema.description ?? ""];
  return [`| ${cells.join(" | ")} |`];
}

function kindOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(" ");
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(" or ");
  if (schema.properties) return `\`{${Object.keys(schema.properties).join(", ")}}\``;
  if (schema.pattern) return `\`${schema.pattern}\``;
  const bounds = schema.minimum === undefined ? "" : ` ${schema.minimum} to ${schema.maximum}`;
  return `${schema.type ?? "any"}${bounds}`;
}
