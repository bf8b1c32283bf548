import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Passwords } from "../../../drivers/passwords/passwords.ts";
import type { SiteRequest } from "../../../drivers/site/site.ts";
import { systemAct } from "../act.ts";
import type { Session } from "../people/person.ts";
import { Refusal } from "../refusal.ts";
import type { Studio } from "../studio.ts";

/** A working day; afterwards one signs in again. */
const browserSeconds = 12 * 3600;
/** A quarter: long enough for scripts, short enough to be changed. */
const apiSeconds = 90 * 24 * 3600;

const sessionCookie = "frontdesk_session";
const visitCookie = "frontdesk_visit";

/** Who has come in, by the cookie of a browser or the token of a program. */
export class Door {
  readonly #studio: Studio;
  readonly #passwords: Passwords;

  constructor(studio: Studio, passwords: Passwords) {
    this.#studio = studio;
    this.#passwords = passwords;
  }

  async sessionOf(request: SiteRequest, nowMs: number): Promise<Session | undefined> {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    return this.#studio.sessions.of(hashOf(token), nowMs);
  }

  /** Lets somebody in who knows their password; otherwise tells nothing of why not. */
  async enter(wish: { email: string; password: string; kind: "browser" | "api" }, nowMs: number) {
    const known = await this.#studio.people.byEmail(wish.email);
    const isRight = await this.#passwords.verify(wish.password, known?.passwordHash);
    if (!isRight || !known) {
      await this.#studio.audit.note(systemAct("", nowMs), "session.refused", wish.email);
      return wrong;
    }
    const seconds = wish.kind === "browser" ? browserSeconds : apiSeconds;
    const token = `fds_${randomBytes(32).toString("base64url")}`;
    const csrf = randomBytes(32).toString("base64url");
    const begun = { userId: known.person.id, tokenHash: hashOf(token), csrf, kind: wish.kind };
    const expiresMs = nowMs + seconds * 1000;
    await this.#studio.sessions.begin({ ...begun, expiresMs }, nowMs);
    const { id, accountId, role } = known.person;
    const act = { actor: { userId: id, role, accountId }, nowMs };
    await this.#studio.audit.note(act, "session.begin", id, { kind: wish.kind });
    return { token, seconds, expiresMs, person: known.person };
  }

  async leave(session: Session): Promise<void> {
    await this.#studio.sessions.end(session.tokenHash);
  }

  /** The cookie that keeps somebody in. */
  cookie(token: string, seconds: number) {
    return { name: sessionCookie, value: token, seconds };
  }
}

const wrong = new Refusal("FORBIDDEN", "Cannot sign in: e-mail address and password do not match");

/** For the form of somebody who is nobody yet: its token goes with a cookie of its own. */
export function visitOf({ cookies }: SiteRequest) {
  const known = cookies.get(visitCookie);
  const value = known !== undefined && known.length >= 32 ? known : randomBytes(32).toString("hex");
  return { cookie: { name: visitCookie, value, seconds: browserSeconds }, csrf: hashOf(value) };
}

/** Compares in constant time, whatever the lengths. */
export function isSame(given: string, due: string): boolean {
  return timingSafeEqual(digest(given), digest(due));
}

function tokenOf({ headers, cookies }: SiteRequest): string | undefined {
  const [, bearer] = /^Bearer (\S{1,200})$/i.exec(headers.get("authorization") ?? "") ?? [];
  return bearer ?? cookies.get(sessionCookie);
}

/** What is kept of a token: 32 random bytes need no salt. */
function hashOf(token: string): string {
  return digest(token).toString("hex");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
