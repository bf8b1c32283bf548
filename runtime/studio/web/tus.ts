import type { SiteAnswer, SiteRequest } from "../../../drivers/site/site.ts";
import type { Act } from "../act.ts";
import { Refusal } from "../refusal.ts";
import type { Upload, Uploads } from "./uploads.ts";

/** Where uploads are made; each lies below. */
export const uploadsPath = "/api/v1/uploads";

const version = { "tus-resumable": "1.0.0", "cache-control": "no-store" } as const;

/**
 * Resumable uploads by tus 1.0.0 (tus.io/protocols/resumable-upload): the core protocol with
 * creation and termination. `Upload-Metadata` names `filename` and `purpose`.
 */
export class Tus {
  readonly #uploads: Uploads;

  constructor(uploads: Uploads) {
    this.#uploads = uploads;
  }

  options(): SiteAnswer {
    const offers = { "tus-version": "1.0.0", "tus-extension": "creation,termination" };
    return answered(204, offers);
  }

  /** Creation, section "POST". */
  async create(request: SiteRequest, act: Act): Promise<SiteAnswer> {
    const bytes = Number(request.headers.get("upload-length"));
    const metadata = metadataOf(request.headers.get("upload-metadata") ?? "");
    const [name, purpose] = [metadata.get("filename") ?? "", metadata.get("purpose") ?? ""];
    const id = await this.#uploads.begin(act, { name, purpose, bytes });
    if (id instanceof Refusal) return refused(id);
    return answered(201, { location: `${uploadsPath}/${id}` });
  }

  /** Core protocol, section "HEAD". */
  async look(request: SiteRequest, act: Act): Promise<SiteAnswer> {
    const upload = await this.#find(request, act);
    if (upload instanceof Refusal) return refused(upload);
    const { there, bytes } = upload;
    return answered(200, { "upload-offset": String(there), "upload-length": String(bytes) });
  }

  /** Core protocol, section "PATCH". */
  async add(request: SiteRequest, act: Act): Promise<SiteAnswer> {
    const { body, headers } = request;
    if (body.kind !== "bytes") return told(415, "An upload is application/offset+octet-stream");
    const upload = await this.#find(request, act);
    if (upload instanceof Refusal) return refused(upload);
    const at = Number(headers.get("upload-offset") ?? Number.NaN);
    if (at !== upload.there) return told(409, `The upload goes on at byte ${upload.there}`);
    try {
      const end = await this.#uploads.add(upload, at, body.bytes);
      return end instanceof Refusal
        ? refused(end)
        : answered(204, { "upload-offset": String(end) });
    } catch (error) {
      // The connection before may not know yet that it is gone: then the client comes again.
      if (error instanceof RangeError) return told(423, error.message);
      throw error;
    }
  }

  /** Termination, section "DELETE". */
  async end(request: SiteRequest, act: Act): Promise<SiteAnswer> {
    const upload = await this.#find(request, act);
    if (upload instanceof Refusal) return refused(upload);
    if (upload.there === upload.bytes) return told(403, "A whole upload may be a task's already");
    await this.#uploads.end(upload.id);
    return answered(204);
  }

  #find({ params }: SiteRequest, act: Act): Promise<Upload | Refusal> {
    return this.#uploads.find(act, params.get("id") ?? "");
  }
}

/** Of a request that is none of tus 1.0.0: 412 and what is understood. */
export function wrongVersion({ method, headers }: SiteRequest): SiteAnswer | undefined {
  if (method === "OPTIONS" || headers.get("tus-resumable") === "1.0.0") return undefined;
  return {
    ...told(412, "Uploads go by tus 1.0.0"),
    headers: { ...version, "tus-version": "1.0.0" },
  };
}

/** `filename <base64>,purpose <base64>`. */
function metadataOf(header: string): ReadonlyMap<string, string> {
  const pairs = header.slice(0, 4_096).split(",");
  return new Map(
    pairs.map((pair) => {
      const [name = "", value = ""] = pair.trim().split(" ");
      return [name, Buffer.from(value, "base64").toString("utf8")] as const;
    }),
  );
}

function refused({ code, message }: Refusal): SiteAnswer {
  const status = code === "UNKNOWN" ? 404 : message.includes("MB at most") ? 413 : 422;
  return told(status, message);
}

function answered(status: number, headers: Readonly<Record<string, string>> = {}): SiteAnswer {
  return { status, headers: { ...version, ...headers }, body: "" };
}

function told(status: number, text: string): SiteAnswer {
  const type = { "content-type": "text/plain; charset=utf-8" };
  return { status, headers: { ...version, ...type }, body: `${text}\n` };
}
