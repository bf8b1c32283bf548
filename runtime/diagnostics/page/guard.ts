import { createHash, timingSafeEqual } from "node:crypto";
import type { WebAnswer, WebRequest } from "../../../drivers/web/web.ts";
import { plain } from "./answer.ts";
import { Buckets } from "./buckets.ts";

/** Who may come in. */
export interface Rules {
  /** Names by which the page may be called, without port: what else comes is DNS rebinding. */
  readonly hosts: readonly string[];
  /** Demanded as HTTP Basic from everybody, with any user name; absent only on loopback. */
  readonly password?: string;
  /** Given to the page with its HTML and demanded for everything that changes something. */
  readonly token: string;
}

/** Requests a second and as a burst, by kind. */
const rates = {
  read: { perSecond: 20, burst: 80 },
  write: { perSecond: 0.5, burst: 5 },
  wrong: { perSecond: 0.1, burst: 5 },
} as const;

/**
 * Stands before the page: the Host must be ours (DNS rebinding), the Origin too, changes need the
 * page's token (CSRF), the password is compared in constant time, and everybody is slowed down.
 */
export class Guard {
  readonly #rules: Rules;
  readonly #buckets = new Buckets(rates);

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Why a request is turned away; undefined when it may go on. */
  refuse(request: WebRequest, nowMs: number): WebAnswer | undefined {
    const host = request.headers.get("host") ?? "";
    if (!this.#knows(host)) return plain(421, "This page is not served under that name");
    if (!this.#isOwn(request, host)) return plain(403, "Requests come from this page alone");
    const isWrite = request.method === "POST";
    if (!isWrite && request.method !== "GET" && request.method !== "HEAD") {
      return plain(405, "Only GET, HEAD and POST are known here");
    }
    if (!this.#buckets.take(isWrite ? "write" : "read", request.from, nowMs)) return tooMany;
    return this.#login(request, nowMs) ?? (isWrite ? this.#checkToken(request) : undefined);
  }

  #knows(host: string): boolean {
    const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    return this.#rules.hosts.includes(name.toLowerCase());
  }

  #isOwn({ headers }: WebRequest, host: string): boolean {
    const origin = headers.get("origin");
    const site = headers.get("sec-fetch-site") ?? "same-origin";
    if (origin !== undefined && origin !== `http://${host}`) return false;
    return site === "same-origin" || site === "none";
  }

  #login({ headers, from }: WebRequest, nowMs: number): WebAnswer | undefined {
    const { password } = this.#rules;
    if (password === undefined) return undefined;
    const [, code = ""] = /^Basic (.+)$/i.exec(headers.get("authorization") ?? "") ?? [];
    const given = Buffer.from(code, "base64")
      .toString("utf8")
      .replace(/^[^:]*:/, "");
    if (code !== "" && isEqual(given, password)) return undefined;
    if (code !== "" && !this.#buckets.take("wrong", from, nowMs)) return tooMany;
    const answer = plain(401, "The password of this device is needed");
    const demand = { "www-authenticate": 'Basic realm="Frontdesk", charset="UTF-8"' };
    return { ...answer, headers: { ...answer.headers, ...demand } };
  }

  #checkToken({ headers }: WebRequest): WebAnswer | undefined {
    const token = headers.get("x-frontdesk-token") ?? "";
    if (isEqual(token, this.#rules.token)) return undefined;
    return plain(403, "The token of this page is missing: load it anew");
  }
}

const tooMany = plain(429, "Too many requests: try again in a few seconds");

function isEqual(given: string, due: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(due));
}
