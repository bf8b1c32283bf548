import { createHash, timingSafeEqual } from "node:crypto";
import { Type } from "typebox";
import { Value } from "typebox/value";
import type {
  SiteAnswer,
  SiteRequest,
  SiteRoute,
  SiteSocketRequest,
  SiteSocketRoute,
} from "../../drivers/site/site.ts";
import { OfferError } from "../../drivers/webrtc/webrtc.ts";
import { schemaErrors } from "../job/schema.ts";
import { connectChannel } from "./channel.ts";
import type { Cloud } from "./cloud.ts";
import { readDrive } from "./drive.ts";
import { type Session, SessionError } from "./session.ts";

/** What a session is created with. */
export const createSchema = Type.Object({
  user: Type.String({ minLength: 1, maxLength: 64, description: "Who watches" }),
  avatar: Type.Optional(
    Type.String({ pattern: "^[a-z0-9-]{1,64}$", description: "Who speaks; absent: the usual one" }),
  ),
  protocol: Type.Optional(Type.Enum(["webrtc"], { description: "How it is watched" })),
});

/** What the service is told besides the cloud itself. */
export interface Counter {
  readonly cloud: Cloud;
  /** Who speaks when nobody is named. */
  readonly avatar: string;
  /** What clients show as `Authorization: Bearer`; absent: nobody is asked. */
  readonly key?: string;
}

/**
 * The service over HTTP: sessions under `/api/v1/sessions`, for who has the key; the stream of a
 * session by WHEP (RFC 9725) under `/whep`, for who knows the session's id, which nobody guesses.
 */
export function cloudRoutes(counter: Counter): readonly SiteRoute[] {
  const { cloud } = counter;
  const one = "/api/v1/sessions/:id";
  const keyed = (answer: SiteRoute["answer"]) => async (request: SiteRequest) =>
    holdsKey(counter, request) ? answer(request) : unkeyed;
  const about = (answer: (session: Session, request: SiteRequest) => SiteAnswer) =>
    keyed(async (request) => withSession(cloud, request, (session) => answer(session, request)));
  return [
    { method: "POST", path: "/api/v1/sessions", answer: keyed(async (to) => create(counter, to)) },
    { method: "GET", path: one, answer: about((session) => json(200, viewOf(session))) },
    {
      method: "POST",
      path: `${one}/start`,
      answer: about((session) => refusalOf(cloud.start(session)) ?? json(200, viewOf(session))),
    },
    {
      method: "POST",
      path: `${one}/drive`,
      answer: about((session, request) => drive(cloud, session, request)),
    },
    {
      method: "DELETE",
      path: one,
      answer: about((session) => {
        cloud.close(session, "asked");
        return json(200, viewOf(session));
      }),
    },
    { method: "POST", path: "/whep/:id", answer: (request) => watch(cloud, request) },
    { method: "DELETE", path: "/whep/:id/:viewer", answer: (request) => leave(cloud, request) },
    { method: "OPTIONS", path: "/whep/:id", answer: async () => foreign },
    { method: "OPTIONS", path: "/whep/:id/:viewer", answer: async () => foreign },
  ];
}

/** The channel of a session. A browser cannot send headers with it: the key may be in the query. */
export function cloudSockets(counter: Counter): readonly SiteSocketRoute[] {
  const { cloud } = counter;
  const find = ({ params }: SiteSocketRequest) => cloud.find(params.get("id") ?? "");
  return [
    {
      path: "/api/v1/sessions/:id/channel",
      admit: (request) => {
        if (!holdsKey(counter, request)) return 401;
        return find(request) ? undefined : 404;
      },
      open: (socket, request) => {
        const session = find(request);
        if (session) connectChannel(cloud, session, socket);
      },
    },
  ];
}

/** What has no route, or cannot be read. */
export async function cloudFallback(status: number): Promise<SiteAnswer> {
  const [code, message] = faults[status] ?? ["FAILED", "Cannot answer: the server failed"];
  return refuse(status, code, message);
}

const faults: Readonly<Record<number, readonly [string, string]>> = {
  400: ["MALFORMED", "Cannot read the request: its body is not what its type says"],
  404: ["UNKNOWN", "Cannot answer: there is nothing at this path"],
  413: ["TOO_LARGE", "Cannot read the request: it is larger than 1 MiB"],
  415: ["UNKNOWN_TYPE", "Cannot read the request: application/json or application/sdp is due"],
};

function create({ cloud, avatar }: Counter, { body }: SiteRequest): SiteAnswer {
  const asked = body.kind === "json" && isObject(body.value) ? body.value : {};
  const [fault] = schemaErrors(createSchema, asked);
  if (fault || !Value.Check(createSchema, asked)) return json(422, { error: fault });
  const wish = { avatar, protocol: "webrtc" as const, ...asked };
  const session = cloud.create({ user: wish.user, avatar: wish.avatar, protocol: wish.protocol });
  if (!("code" in session)) return json(201, viewOf(session));
  return refuse(createStatus[session.code], session.code, session.message);
}

const createStatus = { CLOUD_FULL: 503, AVATAR_UNKNOWN: 404, HOURS_SPENT: 402 } as const;

function drive(cloud: Cloud, session: Session, { body }: SiteRequest): SiteAnswer {
  const asked = readDrive(body.kind === "json" ? body.value : undefined);
  if ("code" in asked) return json(422, { error: asked });
  const taken = cloud.drive(session, asked);
  if (taken instanceof SessionError) return refuse(409, taken.code, taken.message);
  return "code" in taken ? json(409, { error: taken }) : json(202, { drive: taken.id });
}

async function watch(cloud: Cloud, request: SiteRequest): Promise<SiteAnswer> {
  const session = cloud.find(request.params.get("id") ?? "");
  if (!session) return viewable(unknown(request));
  if (request.body.kind !== "sdp") return viewable(await cloudFallback(415));
  try {
    const { id, sdp } = await cloud.watch(session, request.body.text);
    const headers = { "content-type": "application/sdp", location: `/whep/${session.id}/${id}` };
    return viewable({ status: 201, headers, body: sdp });
  } catch (error) {
    if (error instanceof SessionError) {
      // RFC 9725, 4.2: a stream that is not there yet.
      const isEarly = error.code === "SESSION_PREPARING";
      const answer = refuse(isEarly ? 409 : 404, error.code, error.message);
      return viewable(isEarly ? withHeaders(answer, { "retry-after": "1" }) : answer);
    }
    if (!(error instanceof OfferError)) throw error;
    return viewable(refuse(offerStatus[error.code], error.code, error.message));
  }
}

const offerStatus = { OFFER_MALFORMED: 400, OFFER_UNFIT: 406, OFFER_FULL: 503 } as const;

async function leave(cloud: Cloud, request: SiteRequest): Promise<SiteAnswer> {
  const session = cloud.find(request.params.get("id") ?? "");
  const viewer = request.params.get("viewer") ?? "";
  const left = session !== undefined && (await cloud.leave(session, viewer));
  return viewable(left ? { status: 200, headers: {}, body: "" } : unknown(request));
}

function withSession(
  cloud: Cloud,
  request: SiteRequest,
  answer: (session: Session) => SiteAnswer,
): SiteAnswer {
  const session = cloud.find(request.params.get("id") ?? "");
  return session ? answer(session) : unknown(request);
}

/** A session as clients see it. */
function viewOf({ id, wish, state, closed }: Session): object {
  const end = closed ? { reason: closed.reason, message: closed.message } : {};
  return { id, ...wish, state, ...end, whep: `/whep/${id}` };
}

function refusalOf(error: SessionError | undefined): SiteAnswer | undefined {
  return error && refuse(409, error.code, error.message);
}

function unknown({ path }: SiteRequest): SiteAnswer {
  return refuse(404, "UNKNOWN", `Cannot answer: there is no session or viewer at ${path}`);
}

function holdsKey({ key }: Counter, request: Pick<SiteRequest, "headers" | "query">): boolean {
  if (key === undefined) return true;
  const shown = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  return timingSafeEqual(digest(shown ?? request.query.get("key") ?? ""), digest(key));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

const unkeyed: SiteAnswer = {
  ...refuse(401, "KEY_DUE", "Cannot answer: a key is due, as Authorization: Bearer KEY"),
};

/** A player may stand on a page of another site. */
function viewable(answer: SiteAnswer): SiteAnswer {
  return withHeaders(answer, {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST, DELETE",
    "access-control-allow-headers": "content-type",
    "access-control-expose-headers": "location",
  });
}

const foreign = viewable({ status: 204, headers: {}, body: "" });

function withHeaders(answer: SiteAnswer, headers: Readonly<Record<string, string>>): SiteAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function refuse(status: number, code: string, message: string): SiteAnswer {
  return json(status, { error: { code, message } });
}

function json(status: number, value: object): SiteAnswer {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status, headers, body: JSON.stringify(value) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
