import type { WebAnswer } from "../../../drivers/web/web.ts";

/** Nothing from elsewhere, nothing inline, nobody's frame (CSP level 3). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What every answer of a page carries. */
export const guardedHeaders = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
} as const;

export function answer(
  type: string,
  body: string | Uint8Array,
  more: Readonly<Record<string, string>> = {},
): WebAnswer {
  return { status: 200, headers: { ...guardedHeaders, "content-type": type, ...more }, body };
}

export function plain(status: number, text: string): WebAnswer {
  return { ...answer("text/plain; charset=utf-8", `${text}\n`), status };
}
