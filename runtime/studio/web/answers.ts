import type { SiteAnswer, SiteCookie } from "../../../drivers/site/site.ts";
import { guardedHeaders } from "../../diagnostics/page/answer.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import type { Html } from "./html.ts";

/** By what a program tells refusals apart before it reads them (RFC 9110, 15.5; RFC 6585). */
const statuses: Readonly<Record<RefusalCode, number>> = {
  FORBIDDEN: 403,
  UNKNOWN: 404,
  INVALID: 422,
  WRONG_STEP: 409,
  NO_QUOTA: 409,
  MISSING: 409,
  TAKEN: 409,
  NO_SEAT: 409,
  EXPIRED: 410,
  NO_HOURS: 409,
  LEASE_LOST: 409,
};

/** A form tells its origin only where the page's referrer may be told (Fetch, "append Origin"). */
const headers = { ...guardedHeaders, "referrer-policy": "same-origin" } as const;

export function statusOf({ code }: Refusal): number {
  return statuses[code];
}

export function pageAnswer(status: number, page: Html, cookies: readonly SiteCookie[] = []) {
  const type = { "content-type": "text/html; charset=utf-8" };
  return { status, headers: { ...headers, ...type }, cookies, body: page.text };
}

export function jsonAnswer(status: number, value: unknown): SiteAnswer {
  const type = { "content-type": "application/json" };
  return { status, headers: { ...headers, ...type }, body: JSON.stringify(value) };
}

/** JSON that is kept as a file, never shown as a page. */
export function downloadAnswer(name: string, text: string): SiteAnswer {
  const disposition = { "content-disposition": `attachment; filename="${name}"` };
  const type = { "content-type": "application/json" };
  return { status: 200, headers: { ...headers, ...type, ...disposition }, body: text };
}

/** Sends a browser on by GET, so that going back or anew sends no form twice. */
export function redirect(to: string, cookies: readonly SiteCookie[] = []): SiteAnswer {
  return { status: 303, headers: { ...headers, location: to }, cookies, body: "" };
}

/** A path of this site, whatever was asked for. */
export function localPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])[\w./?=&%-]*$/.test(path) ? path : "/";
}
