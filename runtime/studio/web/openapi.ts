import type { TObject, TSchema } from "typebox";
import type { Action } from "./action.ts";
import { actions } from "./actions.ts";
import { otherPaths } from "./openapi-others.ts";
import { shapes } from "./shapes.ts";

/** The REST API as an OpenAPI 3.1 document. */
export function openApi(version: string): object {
  const paths = new Map<string, Record<string, object>>();
  for (const action of actions) {
    const path = action.path.replaceAll(/:(\w+)/g, "{$1}");
    const operations = paths.get(path) ?? {};
    paths.set(path, { ...operations, [action.method.toLowerCase()]: operationOf(action) });
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Frontdesk studio",
      version,
      description: "Order quotas, customise an avatar, accept it, download it, give it to devices",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/api/v1" }],
    security: [{ token: [] }],
    paths: { ...Object.fromEntries(paths), ...otherPaths },
    components: {
      schemas: Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name, referring(shape, shape)]),
      ),
      responses: {
        refused: {
          description: "It was not done, and nothing has changed",
          content: { "application/json": { schema: { $ref: "#/components/schemas/refusal" } } },
        },
      },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "Of POST /tokens" },
      },
    },
  };
}

function operationOf({ id, method, path, roles, summary, input, answer }: Action): object {
  const [tag = ""] = id.split(".");
  const isOpen = roles === "anyone";
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...(method === "GET" && input ? queryOf(input) : []),
  ];
  const content = (schema: TSchema) => ({ "application/json": { schema: referring(schema) } });
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: isOpen ? "For everybody" : `For ${roles.join(", ")}`,
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(method === "POST" && input && { requestBody: { required: true, content: content(input) } }),
    responses: {
      200: { description: "Done", content: content(answer) },
      default: { $ref: "#/components/responses/refused" },
    },
  };
}

function queryOf({ properties, required }: TObject): readonly object[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: (required ?? []).includes(name),
    schema: referring(schema),
  }));
}

const names = new Map<unknown, string>(Object.entries(shapes).map(([name, of]) => [of, name]));

/** A schema as plain JSON, in which those that have names are referred to; `top` is told whole. */
function referring(schema: unknown, top?: unknown): unknown {
  const name = schema === top ? undefined : names.get(schema);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((item) => referring(item, top));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !key.startsWith("~"))
      .map(([key, value]) => [key, referring(value, top)]),
  );
}
