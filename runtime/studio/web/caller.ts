import type { SiteFields, SiteRequest } from "../../../drivers/site/site.ts";
import type { Act, Actor } from "../act.ts";
import type { Session } from "../people/person.ts";
import { Refusal } from "../refusal.ts";
import type { Action } from "./action.ts";
import type { House } from "./house.ts";
import { languageOf, wordsOf } from "./language.ts";
import type { PageCall } from "./page.ts";
import type { Scene } from "./scene.ts";

/** Who has not signed in: a customer of no account, to whom nothing belongs. */
const nobody: Actor = { userId: "", role: "customer", accountId: "" };

/** What a request is asked with: by whom, when, and in which language. */
export async function callerOf(
  house: House,
  request: SiteRequest,
  nowMs: number,
  entered: SiteFields = new Map(),
): Promise<PageCall> {
  const session = await house.door.sessionOf(request, nowMs);
  const scene = await sceneOf(house, request, { session, nowMs, entered });
  return {
    house,
    act: actOf(session, nowMs),
    session,
    from: request.from,
    scene,
    query: request.query,
    param: (name) => request.params.get(name) ?? "",
  };
}

/** Why this person may not; undefined where they may. */
export function roleFault({ roles }: Pick<Action, "roles">, session: Session | undefined) {
  if (roles === "anyone") return undefined;
  if (session === undefined) return new Refusal("FORBIDDEN", "Cannot do that: nobody is signed in");
  const { role } = session.person;
  if (roles.includes(role)) return undefined;
  return new Refusal("FORBIDDEN", `Cannot do that: role is ${role}, ${roles.join(" or ")} is due`);
}

function actOf(session: Session | undefined, nowMs: number): Act {
  if (session === undefined) return { actor: nobody, nowMs };
  const { id, role, accountId } = session.person;
  return { actor: { userId: id, role, accountId }, nowMs };
}

async function sceneOf(
  house: House,
  request: SiteRequest,
  of: { session: Session | undefined; nowMs: number; entered: SiteFields },
): Promise<Scene> {
  const { session, nowMs, entered } = of;
  const chosen = request.cookies.get("frontdesk_language") ?? session?.person.language;
  return {
    words: wordsOf(languageOf(chosen, request.headers.get("accept-language"))),
    role: session?.person.role ?? "visitor",
    csrf: session?.csrf ?? "",
    timeZone: await zoneOf(house, session, nowMs),
    nowMs,
    entered,
  };
}

async function zoneOf(house: House, session: Session | undefined, nowMs: number): Promise<string> {
  if (session === undefined) return "UTC";
  const accounts = await house.studio.people.accounts(actOf(session, nowMs));
  return accounts.find(({ id }) => id === session.person.accountId)?.timeZone ?? "UTC";
}
