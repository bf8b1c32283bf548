import type { SiteRequest } from "../../../drivers/site/site.ts";
import { Buckets } from "../../diagnostics/page/buckets.ts";
import type { Session } from "../people/person.ts";
import { isSame } from "./door.ts";

/** Requests a second and as a burst, by kind: people click, programs poll, guessers guess. */
const rates = {
  read: { perSecond: 20, burst: 200 },
  write: { perSecond: 2, burst: 60 },
  upload: { perSecond: 20, burst: 100 },
  "sign-in": { perSecond: 0.1, burst: 10 },
  account: { perSecond: 1 / 60, burst: 5 },
  // Each password takes tenths of a second of a core: all of them together, too, have a bound.
  crowd: { perSecond: 2, burst: 30 },
} as const;

export type RateKind = keyof typeof rates;

/** Stands before all that changes something. */
export class Guard {
  readonly #buckets = new Buckets<RateKind>(rates);

  /** Whether it goes too fast. Who is signed in is counted by name, others by address. */
  isTooFast(kind: RateKind, who: string, nowMs: number): boolean {
    return !this.#buckets.take(kind, who, nowMs);
  }

  /** Whether a browser sent this from a page of another site. */
  isForeign({ headers, secure }: SiteRequest): boolean {
    const origin = headers.get("origin");
    const site = headers.get("sec-fetch-site") ?? "same-origin";
    const own = `${secure ? "https" : "http"}://${headers.get("host") ?? ""}`;
    if (origin !== undefined && origin !== own) return true;
    return site !== "same-origin" && site !== "none";
  }

  /**
   * Whether a change is meant by whom it seems to come from: a program shows its own token with
   * each request, a browser the token that stands in the studio's pages alone (CSRF).
   */
  isMeant(request: SiteRequest, session: Session, token: string | undefined): boolean {
    if (session.kind === "api") return request.headers.has("authorization");
    const given = token ?? request.headers.get("x-frontdesk-token") ?? "";
    return !this.isForeign(request) && isSame(given, session.csrf);
  }
}
