import type { SiteAnswer, SiteRequest, SiteRoute } from "../../../drivers/site/site.ts";
import { Refusal } from "../refusal.ts";
import type { Action } from "./action.ts";
import { actions } from "./actions.ts";
import { jsonAnswer, statusOf } from "./answers.ts";
import { callerOf, roleFault } from "./caller.ts";
import { checked, inputOf } from "./form.ts";
import type { House } from "./house.ts";

/** Where the REST API begins. */
export const apiRoot = "/api/v1";

/** A route of the API for each action. */
export function apiRoutes(house: House, now: () => number): readonly SiteRoute[] {
  return actions.map((action) => ({
    method: action.method,
    path: `${apiRoot}${action.path}`,
    answer: (request) => answer(house, action, request, now()),
  }));
}

async function answer(
  house: House,
  action: Action,
  request: SiteRequest,
  nowMs: number,
): Promise<SiteAnswer> {
  const call = await callerOf(house, request, nowMs);
  const fault = faultOf(house, action, { request, session: call.session, nowMs });
  if (fault) return fault;
  const input = checked(action.input, rawInput(action, request));
  if ("refusal" in input) return refused(input.refusal);
  const outcome = await action.run(call, input.input);
  return outcome instanceof Refusal ? refused(outcome) : jsonAnswer(200, outcome);
}

interface Asked {
  readonly request: SiteRequest;
  readonly session: Awaited<ReturnType<typeof callerOf>>["session"];
  readonly nowMs: number;
}

function faultOf(house: House, action: Action, { request, session, nowMs }: Asked) {
  const { guard } = house;
  const isChange = action.method === "POST";
  const kind = action.roles === "anyone" ? "sign-in" : isChange ? "write" : "read";
  if (guard.isTooFast(kind, session?.person.id ?? request.from, nowMs)) {
    const headers = { "retry-after": "10" };
    const answer = jsonAnswer(429, { code: "TOO_FAST", message: "Cannot answer: slow down" });
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  const fault = roleFault(action, session);
  if (fault) return jsonAnswer(session === undefined ? 401 : 403, fault);
  if (!isChange || session === undefined || guard.isMeant(request, session, undefined)) {
    return undefined;
  }
  return refused(new Refusal("FORBIDDEN", "Cannot do that: the page's token is due"));
}

function rawInput(action: Action, { body, query }: SiteRequest): unknown {
  if (action.method === "POST") return body.kind === "json" ? body.value : {};
  const fields = new Map([...query].map(([name, value]) => [name, [value]] as const));
  return inputOf(action.input, fields);
}

function refused(refusal: Refusal): SiteAnswer {
  return jsonAnswer(statusOf(refusal), refusal);
}
