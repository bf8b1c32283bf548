import type { SiteFields, SitePart, SiteRequest } from "../../../drivers/site/site.ts";
import { invalid, Refusal } from "../refusal.ts";
import type { PageCall } from "./page.ts";
import type { UploadWish } from "./uploads.ts";

/**
 * The fields of a form. Files of a multipart form are taken as they come, once its token, which
 * stands first, shows that it is meant; each becomes the fields `upload.PURPOSE` with its id and
 * `name.PURPOSE`, as if it had been uploaded before.
 */
export async function fieldsOf(
  { body, headers }: SiteRequest,
  call: PageCall,
  isMeant: (token: string | undefined) => boolean,
): Promise<SiteFields | Refusal | "unmeant"> {
  if (body.kind === "fields")
    return isMeant(lastOf(body.fields, "token")) ? body.fields : "unmeant";
  if (body.kind !== "parts") return isMeant(undefined) ? new Map() : "unmeant";
  const fields = new Map<string, string[]>();
  const bytes = Number(headers.get("content-length"));
  for await (const part of body.parts) {
    if (part.kind === "field") {
      put(fields, part.name, part.value);
      continue;
    }
    if (!isMeant(lastOf(fields, "token"))) return "unmeant";
    const taken = await take(part, call, bytes);
    if (taken instanceof Refusal) return taken;
    if (taken === undefined) continue;
    put(fields, `upload.${part.name}`, taken);
    put(fields, `name.${part.name}`, part.fileName);
  }
  return isMeant(lastOf(fields, "token")) ? fields : "unmeant";
}

type FilePart = Extract<SitePart, { readonly kind: "file" }>;

/** A field for a file that was left empty comes as a file without a name. */
async function take({ name, fileName, bytes }: FilePart, call: PageCall, most: number) {
  if (fileName === "" || fileName === undefined) return undefined;
  if (!Number.isFinite(most)) return invalid("/file", "Cannot take file: its size is not told");
  const wish: UploadWish = { purpose: name, name: fileName, bytes: most };
  return call.house.uploads.take(call.act, wish, bytes);
}

/** The materials and the consent that a form's files became. */
export function materialsOf(fields: SiteFields) {
  const materials = purposes.flatMap((purpose) => {
    const file = lastOf(fields, `upload.${purpose}`);
    const name = lastOf(fields, `name.${purpose}`) ?? purpose;
    return file === undefined ? [] : [{ purpose, file, name }];
  });
  const consentFile = lastOf(fields, "upload.consent");
  return {
    ...(materials.length > 0 && { materials }),
    ...(consentFile !== undefined && { consentFile }),
  };
}

const purposes = ["take", "photo", "sound", "idle"] as const;

function put(fields: Map<string, string[]>, name: string, value: string): void {
  const values = fields.get(name);
  if (values) values.push(value);
  else fields.set(name, [value]);
}

function lastOf(fields: SiteFields, name: string): string | undefined {
  return fields.get(name)?.at(-1);
}
