import type { SiteAnswer, SiteMethod, SiteRequest, SiteRoute } from "../../../drivers/site/site.ts";
import type { Act } from "../act.ts";
import type { House } from "./house.ts";
import { Tus, uploadsPath, wrongVersion } from "./tus.ts";

/** Resumable uploads, for who is signed in and means it. */
export function uploadRoutes(house: House, now: () => number): readonly SiteRoute[] {
  const tus = new Tus(house.uploads);
  const each = `${uploadsPath}/:id`;
  const guarded =
    (act: (request: SiteRequest, act: Act) => Promise<SiteAnswer>) => (request: SiteRequest) =>
      answer(house, act, request, now());
  const route = (method: SiteMethod, path: string, what: Parameters<typeof guarded>[0]) => ({
    method,
    path,
    answer: guarded(what),
  });
  return [
    { method: "OPTIONS", path: uploadsPath, answer: async () => tus.options() },
    route("POST", uploadsPath, (request, act) => tus.create(request, act)),
    route("HEAD", each, (request, act) => tus.look(request, act)),
    route("PATCH", each, (request, act) => tus.add(request, act)),
    route("DELETE", each, (request, act) => tus.end(request, act)),
  ];
}

async function answer(
  { guard, door }: House,
  act: (request: SiteRequest, act: Act) => Promise<SiteAnswer>,
  request: SiteRequest,
  nowMs: number,
): Promise<SiteAnswer> {
  const session = await door.sessionOf(request, nowMs);
  if (session === undefined) return told(401, "Uploads are for who is signed in");
  const isChange = request.method !== "HEAD";
  if (isChange && !guard.isMeant(request, session, undefined)) {
    return told(403, "The page's token is due");
  }
  if (guard.isTooFast("upload", session.person.id, nowMs)) return told(429, "Slow down");
  const wrong = wrongVersion(request);
  if (wrong) return wrong;
  const { id, role, accountId } = session.person;
  return act(request, { actor: { userId: id, role, accountId }, nowMs });
}

/** A body that nobody read is not waited for. */
function told(status: number, text: string): SiteAnswer {
  const headers = { "content-type": "text/plain; charset=utf-8", connection: "close" };
  return { status, headers, body: `${text}\n` };
}
