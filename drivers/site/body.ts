import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import type { SiteBody, SiteFields, SitePart } from "./site.ts";

/** Bounds of a multipart form; how large its files may be, their reader knows. */
export const partsMax = {
  fields: 100,
  files: 8,
  fieldSize: 64 * 1024,
  fileSize: Number.POSITIVE_INFINITY,
} as const;

/** What a request brought, by what its content type made of it. */
export function bodyOf(request: FastifyRequest): SiteBody {
  if (request.isMultipart()) return { kind: "parts", parts: partsOf(request) };
  const { body } = request;
  if (body instanceof Uint8Array) return { kind: "sdp", text: Buffer.from(body).toString() };
  if (body === undefined || body === null) return { kind: "none" };
  if (body instanceof Map) return { kind: "fields", fields: body as SiteFields };
  if (body instanceof Readable) return { kind: "bytes", bytes: body };
  return { kind: "json", value: body };
}

/** An HTML form in the order of its names. */
export function fieldsOf(text: string): SiteFields {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return fields;
}

async function* partsOf(request: FastifyRequest): AsyncGenerator<SitePart> {
  for await (const part of request.parts()) {
    const name = part.fieldname;
    if (part.type === "field") {
      yield { kind: "field", name, value: String(part.value ?? "") };
      continue;
    }
    yield { kind: "file", name, fileName: part.filename, bytes: part.file };
    // What nobody read must pass, or the next part never comes.
    if (!part.file.destroyed) part.file.resume();
  }
}
