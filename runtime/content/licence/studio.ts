import { limits } from "../../../config/limits.ts";
import type { Enquiry, Reply } from "../../../drivers/enquiry/enquiry.ts";
import { readPayload } from "../../job/payload.ts";
import { type Lease, readLease } from "./lease.ts";
import type { LicenceRequest } from "./request.ts";

/** A lease that the studio gave, or why it gave none; nobody has judged the lease yet. */
export type StudioAnswer =
  | { readonly lease: Lease }
  /** `UNREACHABLE`, `BAD_ANSWER`, or the studio's own code. */
  | { readonly code: string; readonly message: string };

/** Asks the studio at `url` for a lease; rejects only with the reason of `abort`. */
export async function askStudio(
  enquiry: Enquiry,
  url: string,
  request: LicenceRequest,
  abort: AbortSignal,
): Promise<StudioAnswer> {
  const kind = request.code === null ? "renew" : "activate";
  const place = `${url.replace(/\/+$/, "")}/api/v1/licences/${kind}`;
  const question = new TextEncoder().encode(JSON.stringify(request));
  let reply: Reply;
  try {
    reply = await enquiry.ask(place, question, limits.licenceBytesMax, abort);
  } catch (error) {
    abort.throwIfAborted();
    return { code: "UNREACHABLE", message: error instanceof Error ? error.message : String(error) };
  }
  return read(reply, place);
}

function read({ status, body }: Reply, place: string): StudioAnswer {
  const json = readPayload(body, "answer");
  if ("error" in json) return bad(status, place, json.error.message);
  const { code, message, lease } = json.body;
  if (status !== 200) {
    if (typeof code === "string" && typeof message === "string") return { code, message };
    return bad(status, place, "it says no more");
  }
  const given = readLease(new TextEncoder().encode(JSON.stringify(lease ?? null)));
  return "lease" in given ? given : bad(status, place, `its lease: ${given.reason}`);
}

function bad(status: number, place: string, reason: string): StudioAnswer {
  const message = `Cannot read the answer of ${place}: status is ${status}, ${reason}`;
  return { code: "BAD_ANSWER", message };
}
