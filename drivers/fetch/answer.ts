import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { FetchError } from "./fetch.ts";

/** What the head of an answer tells of the file. */
export interface Head {
  readonly from: number;
  readonly bytes: number | undefined;
  readonly tag: string | undefined;
}

/** Of status 200 or 206 (RFC 9110, 15.3); throws FetchError where it is no answer to the range. */
export function readHead(url: string, answer: IncomingMessage, from: number): Head {
  const { statusCode, headers } = answer;
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") throw malformed(url, `it comes in encoding ${encoding}`);
  const tag = tagOf(headers);
  if (statusCode === 200) return { from: 0, bytes: lengthOf(url, headers), tag };
  const told = headers["content-range"] ?? "";
  const [, first, last, whole] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(told) ?? [];
  if (first === undefined) throw malformed(url, `range ${JSON.stringify(told)} cannot be read`);
  if (Number(first) !== from) throw malformed(url, `it begins at byte ${first}, ${from} is due`);
  const bytes = whole === "*" ? undefined : Number(whole);
  if (bytes !== undefined && Number(last) >= bytes) throw malformed(url, `range is ${told}`);
  return { from, bytes, tag };
}

/** What any other status means. */
export function refusalOf(url: string, status: number, headers: IncomingHttpHeaders): FetchError {
  const later = status >= 500 || [408, 425, 429].includes(status);
  const isAnswer = later || (status >= 400 && status < 500);
  if (!isAnswer) return malformed(url, `answer is ${status}, 200 or 206 is due`, status);
  const code = later ? "FETCH_UNAVAILABLE" : "FETCH_REFUSED";
  const retryAfterMs = later ? afterMs(headers["retry-after"]) : undefined;
  return new FetchError(code, url, `answer is ${status}`, { status, retryAfterMs });
}

function malformed(url: string, fault: string, status?: number): FetchError {
  return new FetchError("FETCH_MALFORMED", url, fault, { status });
}

function lengthOf(url: string, headers: IncomingHttpHeaders): number | undefined {
  const told = headers["content-length"];
  if (told === undefined) return undefined;
  if (!/^\d{1,15}$/.test(told)) throw malformed(url, `its length is ${JSON.stringify(told)}`);
  return Number(told);
}

/**
 * A validator that `If-Range` takes (RFC 9110, 13.1.5): a strong entity tag, or a date of change
 * that is a second older than the answer and so cannot hide a second change.
 */
function tagOf(headers: IncomingHttpHeaders): string | undefined {
  const { etag, date } = headers;
  if (etag !== undefined && /^"[^"]{0,150}"$/.test(etag)) return etag;
  const changed = headers["last-modified"];
  if (changed === undefined || changed.length > 40) return undefined;
  return Date.parse(date ?? "") - Date.parse(changed) >= 1_000 ? changed : undefined;
}

/** Seconds, or a date, which is of a clock that this board may not share: not gone by. */
function afterMs(told: string | undefined): number | undefined {
  return told !== undefined && /^\d{1,6}$/.test(told) ? Number(told) * 1_000 : undefined;
}
