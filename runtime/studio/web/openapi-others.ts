import { leaseAnswerSchema, leaseRefusalSchema } from "../licence/exchange.ts";

const refused = { $ref: "#/components/responses/refused" } as const;

function inPath(name: string): object {
  return { name, in: "path", required: true, schema: { type: "string" } };
}

function header(name: string, description: string): object {
  return { name, in: "header", required: true, description, schema: { type: "string" } };
}

const tus = header("Tus-Resumable", "1.0.0");

function file(operationId: string, summary: string, names: readonly string[]): object {
  const bytes = { description: "The file; ranges are answered", content: binary };
  const responses = { 200: bytes, 206: bytes, default: refused };
  return {
    get: { operationId, tags: ["files"], summary, parameters: names.map(inPath), responses },
  };
}

const binary = { "application/octet-stream": {} } as const;

function upload(operationId: string, summary: string, status: number, description: string) {
  return {
    operationId,
    tags: ["uploads"],
    summary,
    responses: { [status]: { description }, default: { description: "Why not, as text" } },
  };
}

function exchange(operationId: string, summary: string): object {
  const json = (schema: unknown) => ({ "application/json": { schema } });
  return {
    post: {
      operationId,
      tags: ["licences"],
      summary,
      security: [],
      requestBody: {
        required: true,
        description: "A request that the device signed (frontdesk licence request)",
        content: json({ type: "object" }),
      },
      responses: {
        200: { description: "A signed lease", content: json(leaseAnswerSchema) },
        default: { description: "No lease", content: json(leaseRefusalSchema) },
      },
    },
  };
}

/** What is not plain JSON: files, uploads by tus 1.0.0, and what devices ask. */
export const otherPaths: Readonly<Record<string, object>> = {
  "/tasks/{id}/demos/{tier}": file("tasks.demo", "A demo film of a tier", ["id", "tier"]),
  "/tasks/{id}/files/{file}": file("tasks.file", "Material of a task", ["id", "file"]),
  "/avatars/{id}/packages/{file}": file("avatars.package", "The package of a tier: `720p.fda`", [
    "id",
    "file",
  ]),
  "/uploads": {
    post: {
      ...upload("uploads.begin", "Begin an upload", 201, "It goes on at Location"),
      parameters: [
        tus,
        header("Upload-Length", "Its bytes"),
        header("Upload-Metadata", "filename and purpose, each in base64"),
      ],
    },
  },
  "/uploads/{id}": {
    parameters: [inPath("id"), tus],
    head: upload("uploads.look", "Where an upload goes on", 200, "See Upload-Offset"),
    patch: {
      ...upload("uploads.add", "Add bytes to an upload", 204, "See Upload-Offset"),
      parameters: [header("Upload-Offset", "Where the bytes begin")],
      requestBody: { required: true, content: { "application/offset+octet-stream": {} } },
    },
    delete: upload("uploads.end", "Give an upload up", 204, "It is gone"),
  },
  "/licences/activate": exchange("licences.activate", "A device gets a seat by its pool's code"),
  "/licences/renew": exchange("licences.renew", "A device renews its lease"),
};
